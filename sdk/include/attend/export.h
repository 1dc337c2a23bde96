/* Which symbols the library shows. */
#ifndef ATTEND_EXPORT_H
#define ATTEND_EXPORT_H

#if defined(_WIN32)
#  if defined(ATTEND_BUILDING)
#    define ATTEND_API __declspec(dllexport)
#  else
#    define ATTEND_API __declspec(dllimport)
#  endif
#else
#  define ATTEND_API __attribute__((visibility("default")))
#endif

#endif
