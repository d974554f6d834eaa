// What a process gives up before it opens a file from outside: the calls of seccomp and Landlock, which are variadic
// and macros, and so out of Swift's reach. Nothing here needs a privilege, and nothing can be taken back.
#ifndef PLACEREGISTRY_SANDBOX_H
#define PLACEREGISTRY_SANDBOX_H

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define PLACEREGISTRY_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define PLACEREGISTRY_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

struct sandbox_program {
  struct sock_filter code[256];
  unsigned short length;
};

static inline void sandbox_add(struct sandbox_program *program, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k) {
  struct sock_filter line = {code, jt, jf, k};
  program->code[program->length++] = line;
}

// Answers a system call with an error instead of doing it.
static inline void sandbox_deny(struct sandbox_program *program, long number, int error) {
  sandbox_add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (uint32_t)number);
  sandbox_add(program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint32_t)error);
}

// Answers a call that opens a file otherwise than for reading with "read-only file system".
static inline void sandbox_deny_writing(struct sandbox_program *program, long number, int argument) {
  sandbox_add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, (uint32_t)number);
  sandbox_add(
      program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument));
  sandbox_add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND);
  sandbox_add(program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EROFS);
  sandbox_add(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
}

// Closes all descriptors but the first three.
static inline void sandbox_close_others(void) {
  syscall(SYS_close_range, 3u, ~0u, 0u);
}

// Forbids sockets and other programs, and with `read_only` every change to the file system, to the process and all its
// threads to come. 0, or the error's number.
static inline int sandbox_forbid(int read_only) {
#ifndef PLACEREGISTRY_AUDIT_ARCH
  return ENOSYS;
#else
  static const long others[] = {
      SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept4, SYS_execve, SYS_execveat, SYS_ptrace,
      SYS_process_vm_readv, SYS_process_vm_writev, SYS_open_by_handle_at, SYS_unshare, SYS_setns, SYS_mount, SYS_bpf,
      SYS_keyctl, SYS_add_key, SYS_perf_event_open, SYS_io_uring_setup, SYS_io_uring_enter, SYS_userfaultfd,
      SYS_pidfd_getfd,
  };
  static const long changes[] = {
#ifdef SYS_creat
      SYS_creat, SYS_mkdir, SYS_rename, SYS_unlink, SYS_rmdir, SYS_link, SYS_symlink, SYS_mknod, SYS_chmod, SYS_chown,
      SYS_lchown,
#endif
      SYS_mkdirat, SYS_renameat2, SYS_unlinkat, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_truncate, SYS_ftruncate,
      SYS_fallocate, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_fsetxattr,
      SYS_lsetxattr,
#ifdef SYS_renameat
      SYS_renameat,
#endif
  };
  struct sandbox_program program = {.length = 0};
  sandbox_add(&program, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
  sandbox_add(&program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, PLACEREGISTRY_AUDIT_ARCH);
  sandbox_add(&program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
  sandbox_add(&program, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  // The x32 calls, which have numbers of their own.
  sandbox_add(&program, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000);
  sandbox_add(&program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS);
#endif
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) sandbox_deny(&program, others[i], EPERM);
  if (read_only) {
    // Its flags stand in memory, where a filter can't look; glibc never uses it.
    sandbox_deny(&program, SYS_openat2, ENOSYS);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) sandbox_deny(&program, changes[i], EROFS);
#ifdef SYS_open
    sandbox_deny_writing(&program, SYS_open, 1);
#endif
    sandbox_deny_writing(&program, SYS_openat, 2);
  }
  sandbox_add(&program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {program.length, program.code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return errno;
  return 0;
#endif
}

// Leaves only what lies below `count` folders (or is one of these files) to be opened, for reading. 0, or the error's
// number: ENOSYS or EOPNOTSUPP where the kernel has no Landlock (it came with Linux 5.13).
static inline int sandbox_confine(const char *const *paths, int count) {
  struct landlock_ruleset_attr rules = {0};
  rules.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all that the first version knows
  long ruleset = syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);
  if (ruleset < 0) return errno;
  int error = 0;
  for (int i = 0; i < count; i++) {
    int folder = open(paths[i], O_RDONLY | O_CLOEXEC);
    if (folder < 0) continue;
    struct landlock_path_beneath_attr rule = {0};
    rule.parent_fd = folder;
    rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    long added = syscall(SYS_landlock_add_rule, (int)ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    if (added != 0) {
      // A file takes no rights of folders.
      rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
      added = syscall(SYS_landlock_add_rule, (int)ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    if (added != 0) error = errno;
    close(folder);
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) error = errno;
  if (syscall(SYS_landlock_restrict_self, (int)ruleset, 0) != 0) error = errno;
  close((int)ruleset);
  return error;
}
#endif
