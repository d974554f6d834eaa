// libpq, and the Linux calls that the Glibc module lacks (epoll, eventfd).
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// Names the calling thread; prctl is variadic, which Swift cannot call.
static inline void clibpq_name_thread(const char *name) {
  prctl(PR_SET_NAME, name, 0, 0, 0);
}
