import type { Words } from './en.ts';

/** Japanese. */
export const words: Words = {
  loading: '読み込み中',
  play: '再生',
  back: '戻る',
  tryAgain: 'もう一度試す',
  'source-missing': 'ここにはまだ動画がありません。',
  'source-unknown': 'この動画は正しく設定されていません。',
  'source-unsupported': 'この種類の動画は、ここではまだ再生できません。',
  'backend-unreachable': '動画に接続できませんでした。接続を確認して、もう一度お試しください。',
  stopped: '動画の読み込みが中止されました。',
  connectionLost: '動画の読み込み中に接続が切れました。',
  damaged: '動画が破損しているため、再生を続けられません。',
  notFound: '動画が見つからないか、このブラウザーでは再生できません。',
  'embed-blocked':
    '動画サービスに接続できませんでした。コンテンツブロッカーやネットワークが妨げている可能性があります。',
  'embed-removed': 'この動画は所有者によって削除されたか、非公開です。',
  'embed-forbidden': 'この動画の所有者は、ここでの表示を許可していません。',
  'embed-elsewhere': 'この動画は、このサイトまたはこの国では表示できません。',
  'embed-broken': '動画サービスのプレーヤーでエラーが発生しました。',
  'embed-silent': '動画サービスから応答がありません。遅いか、何かが妨げている可能性があります。',
  'video-not-found': 'この動画はご利用いただけません。',
  'sign-in-expired': 'ログインの有効期限が切れました。視聴するには、もう一度ログインしてください。',
  mark: '視聴済みにする',
  marked: '視聴済みにしました。',
  markUnseen: 'この動画では、どこまで視聴したかが分かりません。',
  markElsewhere: 'この動画をほかの場所で視聴しましたか？',
  'mark-anonymous': 'この動画を視聴済みにするには、ログインしてください。',
  'mark-refused': 'この動画は視聴済みにできません。',
  'mark-unsaved': '保存できませんでした。接続を確認して、もう一度押してください。',
};
