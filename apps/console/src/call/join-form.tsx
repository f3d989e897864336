import { useWords } from '../words.ts';
import type { Call, Source } from './use-call.ts';

/** Room, name and what to publish. */
export function JoinForm({ call }: { readonly call: Call }) {
  const text = useWords();
  const submit = (form: FormData): Promise<void> =>
    call.join(String(form.get('room')).trim(), String(form.get('name')).trim(), form.get('source') as Source);
  return (
    <form className="card narrow" action={submit}>
      <label>
        {text.room}
        <input name="room" required maxLength={64} defaultValue={call.roomName ?? 'try-it'} />
      </label>
      <label>
        {text.name}
        <input name="name" required maxLength={40} defaultValue="Ada" />
      </label>
      <fieldset>
        <legend>{text.source}</legend>
        <label className="choice">
          <input type="radio" name="source" value="camera" defaultChecked />
          {text.camera}
        </label>
        <label className="choice">
          <input type="radio" name="source" value="test-picture" />
          {text.testPicture}
        </label>
      </fieldset>
      <button className="primary" disabled={call.isJoining}>
        {call.isJoining ? text.joining : text.join}
      </button>
      {call.error && (
        <p className="error" role="alert">
          {call.error}
        </p>
      )}
    </form>
  );
}
