import { TapedeckError } from '@tapedeck/protocol';

/**
 * A call that is answered with one of the vendor's codes. Answers carry `vendorCode` and the message, never {@link TapedeckError.code}.
 *
 * @see https://cloud.tencent.com/document/product/647/34270 (common error codes)
 */
export class TencentError extends TapedeckError {
  override readonly code = 'TENCENT_REFUSED';
  override readonly fault = 'caller';
  /** As the vendor spells it: `InvalidParameter.OutOfRange`. */
  readonly vendorCode: string;

  constructor(vendorCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.vendorCode = vendorCode;
  }
}
