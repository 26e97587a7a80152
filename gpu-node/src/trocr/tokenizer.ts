/** The only file that imports @huggingface/tokenizers. */
import { Tokenizer } from '@huggingface/tokenizers';

export interface TextDecoder {
  /** Text of tokens, without special ones. Of part of a sequence it may end in U+FFFD, where a character is not complete. */
  decode(tokens: readonly number[]): string;
}

/**
 * @param tokenizerJson contents of tokenizer.json: byte-level BPE (trocr-base), Unigram with Metaspace (trocr-small) and others.
 * @param tokenizerConfig contents of tokenizer_config.json; may be empty.
 * @throws Error when it is of a kind that the library does not know.
 */
export function createTokenizer(tokenizerJson: object, tokenizerConfig: object): TextDecoder {
  const tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig);
  return {
    // Cleaning up takes out the space in "£ 5 ." and such: what was read is kept as it stands.
    decode: (tokens) =>
      tokenizer.decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}
