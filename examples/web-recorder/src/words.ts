const english = {
  title: 'Recorders in the browser',
  video: 'Video',
  audio: 'Audio',
  react: 'React',
  whatToRecord: 'What to record',
  useCamera: 'Camera and microphone',
  useTestPicture: 'Test picture',
  shareScreen: 'Share the screen',
  useMicrophone: 'Microphone and a guest’s test tone',
  useTestTones: 'Two test tones',
  nothingYet: 'Choose where picture and sound come from. Nothing leaves this device.',
  noSoundYet: 'Choose where sound comes from. Nothing leaves this device.',
  options: 'Options',
  layout: 'Layout',
  format: 'Format',
  size: 'Size',
  picturesPerSecond: 'Pictures a second',
  name: 'File name',
  nameHint: 'date and time',
  rate: 'Sample rate',
  quality: 'Quality',
  qualityLow: 'low',
  qualityMedium: 'medium',
  qualityHigh: 'high',
  position: 'Whose sound',
  positionMixed: 'everybody',
  positionLocal: 'only mine',
  positionRemote: 'only the others’',
  cycle: 'Keep',
  cycleAll: 'everything',
  cycle10: 'the last 10 seconds',
  cycle60: 'the last minute',
  cycle900: 'the last 15 minutes',
  layoutHint: 'The layout may be changed while it records.',
  audioHint: 'Quality is that of AAC, MP3 and Opus. AAC and MP3 encoders are loaded where the browser has none. Opus is always at 48 kHz.',
  recording: 'Recording',
  record: 'Record',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  save: 'Save',
  duration: 'Duration',
  written: 'On disk',
  dropped: 'Dropped pictures',
  idle: 'ready',
  starting: 'starting',
  isRecording: 'recording',
  paused: 'paused',
  stopping: 'finishing',
  crashHint: 'Reload the page or close the tab while it records: what was on disk is then listed below as unfinished.',
  kept: 'Kept on this device',
  keptNone: 'No recordings yet.',
  unfinished: 'unfinished',
  finished: 'finished',
  recover: 'Recover',
  play: 'Play',
  remove: 'Delete',
  hook: 'useRecorder()',
  hookHint: 'Buttons of one’s own over the hook’s state.',
  widget: '<RecorderWidget>',
  widgetHint: 'The same without writing any: buttons, time and size, a button that saves.',
};

/** Texts of the pages by name. */
export type Word = keyof typeof english;

const chinese: Readonly<Record<Word, string>> = {
  title: '浏览器录制示例',
  video: '视频',
  audio: '音频',
  react: 'React',
  whatToRecord: '录制内容',
  useCamera: '摄像头和麦克风',
  useTestPicture: '测试画面',
  shareScreen: '共享屏幕',
  useMicrophone: '麦克风和对方的测试音',
  useTestTones: '两路测试音',
  nothingYet: '请选择画面和声音的来源。数据不会离开本机。',
  noSoundYet: '请选择声音的来源。数据不会离开本机。',
  options: '选项',
  layout: '布局',
  format: '格式',
  size: '尺寸',
  picturesPerSecond: '帧率',
  name: '文件名',
  nameHint: '日期和时间',
  rate: '采样率',
  quality: '质量',
  qualityLow: '低',
  qualityMedium: '中',
  qualityHigh: '高',
  position: '录谁的声音',
  positionMixed: '所有人',
  positionLocal: '仅本端',
  positionRemote: '仅对方',
  cycle: '保留',
  cycleAll: '全部',
  cycle10: '最后 10 秒',
  cycle60: '最后 1 分钟',
  cycle900: '最后 15 分钟',
  layoutHint: '录制过程中可以切换布局。',
  audioHint: '质量只对 AAC、MP3、Opus 有效。浏览器没有 AAC、MP3 编码器时会按需加载。Opus 固定为 48 kHz。',
  recording: '录制',
  record: '开始录制',
  pause: '暂停',
  resume: '继续',
  stop: '停止',
  save: '保存',
  duration: '时长',
  written: '已写入磁盘',
  dropped: '丢弃的画面',
  idle: '就绪',
  starting: '正在开始',
  isRecording: '录制中',
  paused: '已暂停',
  stopping: '正在完成',
  crashHint: '录制时刷新页面或关闭标签页：已写入磁盘的内容会出现在下面的“未完成”中。',
  kept: '保存在本机的录制',
  keptNone: '还没有录制。',
  unfinished: '未完成',
  finished: '已完成',
  recover: '恢复',
  play: '播放',
  remove: '删除',
  hook: 'useRecorder()',
  hookHint: '用 Hook 的状态做自己的按钮。',
  widget: '<RecorderWidget>',
  widgetHint: '现成的组件：按钮、时长和大小、保存按钮。',
};

let isChinese = (localStorage.getItem('language') ?? navigator.language).startsWith('zh');
const listeners = new Set<() => void>();

/** The text in the page's language. */
export function say(word: Word): string {
  return (isChinese ? chinese : english)[word];
}

/** Runs now and whenever the language changes; returns what ends that. */
export function inEachLanguage(show: () => void): () => void {
  listeners.add(show);
  show();
  return () => void listeners.delete(show);
}

/** English to Chinese and back. */
export function switchLanguage(): void {
  isChinese = !isChinese;
  localStorage.setItem('language', isChinese ? 'zh' : 'en');
  for (const show of listeners) show();
}

/** What the switch to the other language is called. */
export function otherLanguage(): string {
  return isChinese ? 'English' : '中文';
}

/** The page's language as HTML names it. */
export function languageTag(): string {
  return isChinese ? 'zh-CN' : 'en';
}
