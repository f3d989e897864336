import Type from 'typebox';
import { SdkAppIdSchema } from './recording-schemas.ts';

const strict = { additionalProperties: false } as const;

/** An integer room. */
export const RoomNumberSchema = Type.Integer({ minimum: 1, maximum: 4_294_967_295 });
/** A string room. */
export const RoomTextSchema = Type.String({ minLength: 1, maxLength: 64 });
const UserIds = Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 10 });

export const DismissRoomSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomNumberSchema }, strict);
export const DismissRoomByStrRoomIdSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomTextSchema }, strict);
export const RemoveUserSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomNumberSchema, UserIds }, strict);
export const RemoveUserByStrRoomIdSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomTextSchema, UserIds }, strict);
