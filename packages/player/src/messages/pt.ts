import type { Words } from './en.ts';

/** Portuguese, as in Brazil. */
export const words: Words = {
  loading: 'Carregando',
  play: 'Reproduzir',
  back: 'Voltar',
  tryAgain: 'Tentar novamente',
  'source-missing': 'Ainda não há nenhum vídeo aqui.',
  'source-unknown': 'Este vídeo não está configurado corretamente.',
  'source-unsupported': 'Este tipo de vídeo ainda não pode ser reproduzido aqui.',
  'backend-unreachable': 'Não foi possível acessar o vídeo. Verifique sua conexão e tente novamente.',
  stopped: 'O carregamento do vídeo foi interrompido.',
  connectionLost: 'A conexão caiu enquanto o vídeo carregava.',
  damaged: 'O vídeo está danificado e não pode continuar.',
  notFound: 'O vídeo não foi encontrado, ou este navegador não consegue reproduzi-lo.',
  'embed-blocked':
    'Não foi possível acessar o serviço de vídeo. Um bloqueador de conteúdo ou a rede pode estar impedindo.',
  'embed-removed': 'Este vídeo foi removido pelo proprietário ou é privado.',
  'embed-forbidden': 'O proprietário deste vídeo não permite que ele seja exibido aqui.',
  'embed-elsewhere': 'Este vídeo não pode ser exibido neste site ou neste país.',
  'embed-broken': 'O player do serviço de vídeo falhou.',
  'embed-silent': 'O serviço de vídeo não responde. Ele pode estar lento, ou algo o está bloqueando.',
  'video-not-found': 'Este vídeo não está disponível para você.',
  'sign-in-expired': 'Sua sessão expirou. Entre novamente para assistir.',
  mark: 'Marcar como assistido',
  marked: 'Marcado como assistido.',
  markUnseen: 'Neste vídeo não é possível saber quanto você assistiu.',
  markElsewhere: 'Você já assistiu a este vídeo em outro lugar?',
  'mark-anonymous': 'Entre para marcar este vídeo como assistido.',
  'mark-refused': 'Este vídeo não pode ser marcado como assistido.',
  'mark-unsaved': 'Não foi possível salvar. Verifique sua conexão e pressione novamente.',
};
