import { createContext, useContext } from 'react';

const en = {
  tagline: 'Try a call, record it, watch the file.',
  language: '中文',
  credentials: 'Access key',
  credentialsHint:
    'The server printed both when it first started; they are also in credentials.json of its data folder. They stay in this tab only.',
  key: 'Key',
  secret: 'Secret',
  continue: 'Continue',
  forget: 'Forget key',
  room: 'Room',
  name: 'Your name',
  source: 'Publish',
  camera: 'Camera and microphone',
  testPicture: 'Test picture and beep',
  join: 'Join',
  leave: 'Leave',
  joining: 'Joining …',
  you: 'you',
  alone: 'Open this page in another window to be two.',
  record: 'Record',
  stop: 'Stop',
  layout: 'Layout',
  layouts: {
    grid: 'Grid',
    speaker: 'Speaker',
    'screen-share': 'Screen share',
    floating: 'Floating',
    vertical: 'One large, others beside',
    'side-by-side': 'Side by side',
    adaptive: 'Adaptive',
    single: 'One person',
  },
  individual: 'A file per person too',
  recording: 'Recording',
  files: 'Files',
  composite: 'Everybody',
  download: 'Download',
  noRecording: 'Press Record. The file grows while you talk and is ready moments after Stop.',
  state: {
    starting: 'starting',
    recording: 'recording',
    paused: 'paused',
    stopping: 'stopping',
    rendering: 'finishing the file',
    delivering: 'storing',
    completed: 'done',
    failed: 'failed',
    aborted: 'ended without media',
  },
};
export type Words = typeof en;

const zh: Words = {
  tagline: '试一次通话，录下来，看文件。',
  language: 'English',
  credentials: '访问密钥',
  credentialsHint: '服务器首次启动时已打印，数据目录的 credentials.json 中也有。只保存在本标签页。',
  key: 'Key',
  secret: 'Secret',
  continue: '继续',
  forget: '清除密钥',
  room: '房间',
  name: '你的名字',
  source: '发布',
  camera: '摄像头和麦克风',
  testPicture: '测试画面和提示音',
  join: '加入',
  leave: '离开',
  joining: '正在加入…',
  you: '我',
  alone: '在另一个窗口打开本页，就有两个人了。',
  record: '录制',
  stop: '停止',
  layout: '布局',
  layouts: {
    grid: '宫格',
    speaker: '演讲者',
    'screen-share': '屏幕分享',
    floating: '悬浮',
    vertical: '一大多小',
    'side-by-side': '并排',
    adaptive: '自适应',
    single: '单人',
  },
  individual: '同时生成每个人的文件',
  recording: '录制',
  files: '文件',
  composite: '合流',
  download: '下载',
  noRecording: '按“录制”。文件边录边写，停止后片刻即可观看。',
  state: {
    starting: '正在开始',
    recording: '录制中',
    paused: '已暂停',
    stopping: '正在停止',
    rendering: '正在完成文件',
    delivering: '正在存储',
    completed: '完成',
    failed: '失败',
    aborted: '没有媒体，已结束',
  },
};

export type Language = 'en' | 'zh';
export const words: Readonly<Record<Language, Words>> = { en, zh };
const STORED = 'tapedeck.language';

/** What was chosen before, else what the browser prefers. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

/** Keeps the choice for the next visit and tells the browser the page's language. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export const WordsContext = createContext<Words>(en);

/** The texts of the chosen language. */
export function useWords(): Words {
  return useContext(WordsContext);
}
