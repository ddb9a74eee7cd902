#include "report/names.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

struct name {
	int number;
	const char *text;
};

#define NAME(constant) constant, #constant

static const struct name errors[] = {
	{NAME(E2BIG)},        {NAME(EACCES)},
	{NAME(EADDRINUSE)},   {NAME(EADDRNOTAVAIL)},
	{NAME(EAFNOSUPPORT)}, {NAME(EAGAIN)},
	{NAME(EALREADY)},     {NAME(EBADF)},
	{NAME(EBADMSG)},      {NAME(EBUSY)},
	{NAME(ECHILD)},       {NAME(ECONNABORTED)},
	{NAME(ECONNREFUSED)}, {NAME(ECONNRESET)},
	{NAME(EDEADLK)},      {NAME(EDQUOT)},
	{NAME(EEXIST)},       {NAME(EFAULT)},
	{NAME(EFBIG)},        {NAME(EHOSTUNREACH)},
	{NAME(EIDRM)},        {NAME(EINPROGRESS)},
	{NAME(EINTR)},        {NAME(EINVAL)},
	{NAME(EIO)},          {NAME(EISCONN)},
	{NAME(EISDIR)},       {NAME(ELOOP)},
	{NAME(EMFILE)},       {NAME(EMSGSIZE)},
	{NAME(ENAMETOOLONG)}, {NAME(ENETDOWN)},
	{NAME(ENETUNREACH)},  {NAME(ENFILE)},
	{NAME(ENOBUFS)},      {NAME(ENODATA)},
	{NAME(ENODEV)},       {NAME(ENOENT)},
	{NAME(ENOEXEC)},      {NAME(ENOLCK)},
	{NAME(ENOMEM)},       {NAME(ENOMSG)},
	{NAME(ENOPROTOOPT)},  {NAME(ENOSPC)},
	{NAME(ENOSYS)},       {NAME(ENOTCONN)},
	{NAME(ENOTDIR)},      {NAME(ENOTRECOVERABLE)},
	{NAME(ENOTSOCK)},     {NAME(ENOTTY)},
	{NAME(ENXIO)},        {NAME(EOPNOTSUPP)},
	{NAME(EOVERFLOW)},    {NAME(EOWNERDEAD)},
	{NAME(EPERM)},        {NAME(EPIPE)},
	{NAME(EPROTO)},       {NAME(EPROTONOSUPPORT)},
	{NAME(EPROTOTYPE)},   {NAME(ERANGE)},
	{NAME(EROFS)},        {NAME(ESOCKTNOSUPPORT)},
	{NAME(ESPIPE)},       {NAME(ESRCH)},
	{NAME(ETIME)},        {NAME(ETIMEDOUT)},
	{NAME(ETXTBSY)},      {NAME(EUSERS)},
	{NAME(EXDEV)},        {0, NULL},
};

static const struct name signals[] = {
	{NAME(SIGABRT)}, {NAME(SIGALRM)}, {NAME(SIGBUS)},  {NAME(SIGFPE)},  {NAME(SIGHUP)},  {NAME(SIGILL)},
	{NAME(SIGINT)},  {NAME(SIGIO)},   {NAME(SIGKILL)}, {NAME(SIGPIPE)}, {NAME(SIGPROF)}, {NAME(SIGPWR)},
	{NAME(SIGQUIT)}, {NAME(SIGSEGV)}, {NAME(SIGSTOP)}, {NAME(SIGSYS)},  {NAME(SIGTERM)}, {NAME(SIGTRAP)},
	{NAME(SIGTSTP)}, {NAME(SIGTTIN)}, {NAME(SIGTTOU)}, {NAME(SIGUSR1)}, {NAME(SIGUSR2)}, {NAME(SIGVTALRM)},
	{NAME(SIGXCPU)}, {NAME(SIGXFSZ)}, {0, NULL},
};

static const char *find(const struct name *names, int number)
{
	while (names->text && names->number != number)
		names++;
	return names->text;
}

const char *errno_name(int error)
{
	return find(errors, error);
}

const char *signal_name(int number)
{
	return find(signals, number);
}
