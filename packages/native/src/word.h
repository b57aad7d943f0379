#ifndef MANYCORE_WORD_H
#define MANYCORE_WORD_H

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

/* Takes `words[index]`: an Int32Array on shared pages, and a place in it. False with the exception pending. */
bool take_word(napi_env env, napi_value words, napi_value index, int32_t **word);

#endif
