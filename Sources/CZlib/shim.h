// zlib; deflateInit2 is a macro, so it is wrapped: gzip framing (window bits 15 + 16), memory level 8.
#include <zlib.h>

static inline int placeregistry_deflate_init_gzip(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
