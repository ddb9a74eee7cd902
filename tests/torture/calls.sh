# calls.sh - the system calls that faults.sh lets fail, with which errors, and those that it does not, with the reason
#
# A call that is seen in a trace and is in neither list fails the test.
# shellcheck shell=bash

# call|errors that it may fail with, tried in turn
errors()
{
	cat <<'LIST'
accept4|EMFILE EINTR
access|EACCES ENOMEM
bind|EADDRINUSE ENOMEM
capget|EINVAL EPERM
capset|EPERM
chdir|EACCES
chmod|EPERM
chown|EPERM
clone3|EAGAIN ENOMEM
clone|EAGAIN ENOMEM
close_range|EINVAL
connect|EAGAIN ECONNREFUSED ETIMEDOUT
creat|EMFILE ENOSPC
dup2|EMFILE
dup3|EMFILE
eventfd2|EMFILE ENOMEM
execve|ENOMEM EACCES
fallocate|ENOSPC EINTR
fchmod|EPERM
fcntl|EINVAL ENOMEM
flock|EINTR ENOLCK
fstatfs|EINTR ENOSYS
fsync|EIO ENOSPC
ftruncate|EINTR ENOSPC
futex|EINTR EAGAIN
getdents64|EINVAL
getrandom|ENOSYS EINTR
getsockname|ENOBUFS
getsockopt|ENOBUFS
ioctl|EIO EPERM
kcmp|EPERM ENOSYS
kill|EPERM
landlock_add_rule|EINVAL ENOMEM
landlock_create_ruleset|EOPNOTSUPP ENOSYS
landlock_restrict_self|EPERM EINVAL
listen|EADDRINUSE
lseek|EINVAL
madvise|ENOMEM EAGAIN
memfd_create|EMFILE ENOSYS
mkdirat|ENOSPC EACCES
mkdir|ENOSPC EACCES
mknodat|ENOSPC EPERM
mmap|ENOMEM
mount|EPERM
mprotect|ENOMEM
mq_open|EMFILE ENOSYS ENOSPC
mq_timedreceive|EINTR ETIMEDOUT
mq_timedsend|EINTR ETIMEDOUT
mq_unlink|EACCES
msgctl|EPERM
msgget|ENOSPC ENOSYS
msgrcv|EINTR EIDRM ENOMEM
msgsnd|EINTR ENOMEM
munmap|ENOMEM
newfstatat|ENOMEM EACCES
openat|EMFILE ENOMEM EINTR
pidfd_getfd|EPERM EMFILE
pidfd_open|EMFILE ENOSYS
pipe2|EMFILE ENFILE
pivot_root|EPERM
poll|EINTR ENOMEM
ppoll|EINTR ENOMEM
prctl|EPERM EINVAL
prlimit64|EPERM
pread64|EINTR EIO
process_vm_readv|EPERM ENOSYS
process_vm_writev|EPERM ENOMEM
pwrite64|EINTR ENOSPC
readlinkat|EACCES ENOMEM
readlink|EACCES ENOMEM
read|EINTR EIO
recvfrom|EINTR ENOMEM ETIMEDOUT
recvmsg|EINTR ENOMEM
renameat|EACCES ENOSPC
rmdir|EACCES EBUSY
rt_sigqueueinfo|EAGAIN EPERM
rt_sigtimedwait|EINTR
sched_getaffinity|EPERM
sched_setaffinity|EINVAL
seccomp|EINVAL ENOSYS
semctl|EPERM
semget|ENOSPC ENOSYS
sendfile|EIO ENOMEM
sendmsg|EINTR ENOBUFS
sendto|EINTR ENOBUFS
setgroups|EPERM
setpgid|EPERM
setresgid|EAGAIN
setresuid|EAGAIN
setsid|EPERM
setsockopt|ENOBUFS
shmat|ENOMEM
shmctl|EPERM
shmget|ENOSPC ENOMEM
signalfd4|EMFILE
socketpair|EMFILE
socket|EMFILE EAFNOSUPPORT
statfs|EACCES ENOSYS
symlink|ENOSPC
tee|ENOMEM
uname|EFAULT
unlinkat|EACCES EROFS
unlink|EACCES EROFS
unshare|EPERM ENOSPC
utimensat|EPERM
vfork|EAGAIN
vmsplice|EINTR ENOMEM
wait4|EINTR
waitid|EINTR
write|EINTR ENOSPC EIO
LIST
}

# Calls that keep something from happening: that one has failed must be told even where all came out as ever. Not capset(2):
# who cannot lower a capability drops all, see caps.c and tests/capabilities.bats.
# shellcheck disable=SC2034 # faults.sh reads both
protecting='getrandom prctl prlimit64 setgroups setresgid setresuid'
# But for these: a name, a limit that is read, what the kernel does not know, the C library's own seed, what a compiler or the
# sandbox asks for.
# shellcheck disable=SC2034
harmless='prctl\(PR_(SET_NAME|SET_PTRACER|GET_|CAPBSET_READ|CAP_AMBIENT|SET_SECCOMP|SET_VMA)|PR_CAPBSET_DROP.* EINVAL|getrandom\(.*GRND_NONBLOCK|prlimit64\(0, RLIMIT_[A-Z]*, NULL'

# The calls in which a message travels, of which no question may take an error for its answer.
# shellcheck disable=SC2034
carrying='connect fcntl futex mq_timedreceive mq_timedsend msgrcv msgsnd pidfd_open poll pread64 process_vm_writev pwrite64 read
recvfrom rt_sigqueueinfo rt_sigtimedwait sendto write'

# call|why it is not made to fail
excused()
{
	cat <<'LIST'
alarm|cannot fail
arch_prctl|the dynamic linker's, of a program that has just been executed
brk|the allocator's, which takes mmap(2) instead
clock_gettime|cannot fail with a clock that exists
clock_nanosleep|a compiler's or a shell's
close|Linux closes the descriptor whatever it returns; strace, which leaves the call out, would keep it open
exit_group|does not return
faccessat2|the compiler's and the sandbox program's
fchdir|the sandbox program's
getcwd|the compiler's
getegid|cannot fail
geteuid|cannot fail
getgid|cannot fail
getpeername|only fails for a descriptor that is no connected socket
getpid|cannot fail
getppid|cannot fail
getrusage|the compiler's
getuid|cannot fail
nanosleep|the submission's; and of the warden a pause, which may be shorter
open|openat(2) by another name, of programs that the grader starts
pause|always fails, with EINTR
ptrace|a process has one tracer, which here is strace
restart_syscall|the kernel's own
rseq|the C library's, of a program that has just been executed
rt_sigaction|only fails for a signal that does not exist
rt_sigprocmask|only fails for an invalid argument
rt_sigreturn|does not return
set_robust_list|the C library's, after clone(2); only fails for a wrong size
set_tid_address|cannot fail
setfsgid|tells no failure
setfsuid|tells no failure
sethostname|the sandbox program's
shmdt|only fails where nothing is attached
setitimer|only fails for an invalid argument
sigaltstack|the compiler's
sysinfo|the compiler's
umask|cannot fail
umount2|the sandbox program's
LIST
}
