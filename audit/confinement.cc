#include "audit/confinement.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "base/fault.h"

namespace quittance::audit {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

void want(bool done, const char* what) {
  if (!done) throw system_failure("confine a worker", what, errno);
}

void limit(__rlimit_resource resource, rlim_t value, const char* what) {
  const rlimit both{value, value};
  want(setrlimit(resource, &both) == 0, what);
}

// Every right of the first version of Landlock is handled, so what no rule gives is refused.
void close_the_file_system(const Fd* folder) {
  constexpr std::uint64_t kFirstVersion = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kFirstVersion;
  const Fd rules(static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!rules && (errno == ENOSYS || errno == EOPNOTSUPP)) return;  // an older kernel: seccomp remains
  want(static_cast<bool>(rules), "Landlock");
  if (folder != nullptr) {
    landlock_path_beneath_attr beneath{};
    beneath.allowed_access = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_WRITE_FILE;
    beneath.parent_fd = folder->get();
    want(syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0,
         "Landlock");
  }
  want(syscall(SYS_landlock_restrict_self, rules.get(), 0) == 0, "Landlock");
}

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kMachine = 0;
#endif

// What reading, computing and writing to an open pipe never needs.
constexpr std::array kForbidden = {
    SYS_execve,
    SYS_execveat,
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_ptrace,
    SYS_clone,
    SYS_clone3,
    SYS_kill,
    SYS_tgkill,
    SYS_unlinkat,
    SYS_renameat,
    SYS_renameat2,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mknodat,
    SYS_mount,
    SYS_unshare,
    SYS_setns,
    SYS_pidfd_open,
    SYS_bpf,
    SYS_io_uring_setup,
    SYS_process_vm_writev,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_keyctl,
    SYS_mkdirat,
    SYS_process_vm_readv,
#if defined(__x86_64__)
    SYS_fork,
    SYS_vfork,
    SYS_unlink,
    SYS_rename,
    SYS_link,
    SYS_symlink,
    SYS_chmod,
    SYS_chown,
    SYS_mkdir,
    SYS_rmdir,
#endif
};

void forbid_calls() {
  if (kMachine == 0) return;
  std::array<sock_filter, 2 * kForbidden.size() + 5> program{};
  std::size_t at = 0;
  const auto add = [&](std::uint16_t code, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
    program[at++] = sock_filter{code, yes, no, k};
  };
  constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
  constexpr std::uint16_t kEqual = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr std::uint16_t kReturn = BPF_RET | BPF_K;
  add(kLoad, offsetof(seccomp_data, arch), 0, 0);
  add(kEqual, kMachine, 1, 0);
  add(kReturn, SECCOMP_RET_KILL_PROCESS, 0, 0);
  add(kLoad, offsetof(seccomp_data, nr), 0, 0);
  for (const long call : kForbidden) {
    add(kEqual, static_cast<std::uint32_t>(call), 0, 1);
    add(kReturn, SECCOMP_RET_ERRNO | EPERM, 0, 0);
  }
  add(kReturn, SECCOMP_RET_ALLOW, 0, 0);
  const sock_fprog filter{static_cast<unsigned short>(at), program.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) want(errno == EINVAL, "seccomp");
}

}  // namespace

void confine(const Fd* folder) {
  limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  if (!kSanitized) limit(RLIMIT_AS, kWorkerMemory, "RLIMIT_AS");  // its shadow takes terabytes
  if (folder == nullptr) limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE");
  want(prctl(PR_SET_DUMPABLE, 0) == 0, "PR_SET_DUMPABLE");
  want(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
  close_the_file_system(folder);
  forbid_calls();
}

void limit_processor_time(unsigned seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit both{};
  want(getrlimit(RLIMIT_CPU, &both) == 0, "RLIMIT_CPU");
  both.rlim_cur = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1) + seconds;
  want(setrlimit(RLIMIT_CPU, &both) == 0, "RLIMIT_CPU");
}

}  // namespace quittance::audit
