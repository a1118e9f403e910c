/** Top-level domains that are found without a path or `www.`: neither words of a language nor file extensions. */
export const DOMAINS = ('com net org info biz gg tv io app dev xyz online site club vip click casino porn sex xxx cam tech space website pw ru cn uk de fr '
  + 'nl pl br jp kr eu ca au ch se dk fi cz gr hu pt ro ua tr ir vn th ph sg hk tw za ng mx ar cl nz ie il ae sa cc ws tk ml ga cf gq gl fm sh ai lol '
  + 'wtf moe rocks ninja games bot ly').split(' ');

/** Those that are also words, so that `play.fun` is a link only with a path or `www.`. Those with two letters need not be listed. */
export const WORD_DOMAINS = ('pro top fun win live life world bet art game page link chat news shop store video cloud stream social media blog '
  + 'download').split(' ');
