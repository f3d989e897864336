import { useEffect, useMemo, useState } from 'react';
import { ApiClient } from './access/api-client.ts';
import { CredentialsForm } from './access/credentials-form.tsx';
import { forgetCredentials, readCredentials, type Credentials } from './access/credentials.ts';
import { CallPanel } from './call/call-panel.tsx';
import { JoinForm } from './call/join-form.tsx';
import { useCall } from './call/use-call.ts';
import { RecordingPanel } from './recording/recording-panel.tsx';
import { preferredLanguage, rememberLanguage, words, WordsContext } from './words.ts';

/** The whole page: key, then join, then the call with its recording. */
export function App() {
  const [language, setLanguage] = useState(preferredLanguage);
  const [credentials, setCredentials] = useState(readCredentials);
  const text = words[language];
  useEffect(() => rememberLanguage(language), [language]);
  const forget = (): void => {
    forgetCredentials();
    setCredentials(null);
  };
  return (
    <WordsContext value={text}>
      <header>
        <img src="/tapedeck.svg" alt="" width="36" height="36" />
        <div>
          <h1>Tapedeck</h1>
          <p>{text.tagline}</p>
        </div>
        <nav>
          {credentials && (
            <button className="quiet" onClick={forget}>
              {text.forget}
            </button>
          )}
          <button className="quiet" onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}>
            {text.language}
          </button>
        </nav>
      </header>
      <main>
        {credentials ? <TryIt key={credentials.key} credentials={credentials} /> : <CredentialsForm onAccepted={setCredentials} />}
      </main>
    </WordsContext>
  );
}

function TryIt({ credentials }: { readonly credentials: Credentials }) {
  const api = useMemo(() => new ApiClient(credentials), [credentials]);
  const call = useCall(api);
  return (
    <>
      {call.room ? <CallPanel room={call.room} onLeave={call.leave} /> : <JoinForm call={call} />}
      {call.roomName !== null && <RecordingPanel key={call.roomName} api={api} roomName={call.roomName} isInRoom={call.room !== null} />}
    </>
  );
}
