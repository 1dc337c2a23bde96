/* Which symbols the library shows: ATTEND_API does, ATTEND_LOCAL takes back inside a class that does. */
#ifndef ATTEND_EXPORT_H
#define ATTEND_EXPORT_H

#if defined(_WIN32)
#if defined(ATTEND_BUILDING)
#define ATTEND_API __declspec(dllexport)
#else
#define ATTEND_API __declspec(dllimport)
#endif
#else
#define ATTEND_API __attribute__((visibility("default")))
#endif

#if defined(_WIN32)
#define ATTEND_LOCAL
#else
#define ATTEND_LOCAL __attribute__((visibility("hidden")))
#endif

#endif
