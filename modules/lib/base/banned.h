/* banned.h: calls that have a safer home in Kontor. Forced into every file by the Makefile.
 *
 * A use does not compile. A file that must call one of them (an adapter, say) undefines the name
 * locally, with a comment that says why. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* The system's own headers may mention these names, so they come first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef strdup
#undef gets
#undef atoi
#undef atol
#undef atof
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef system
#undef popen
#undef rand
#undef srand
#undef setenv
#undef putenv
#undef alloca

#define KONTOR_BANNED(name) name##_is_banned_see_banned_h
#define strcpy(...)         KONTOR_BANNED(strcpy)
#define strcat(...)         KONTOR_BANNED(strcat)
#define strncpy(...)        KONTOR_BANNED(strncpy)
#define strncat(...)        KONTOR_BANNED(strncat)
#define sprintf(...)        KONTOR_BANNED(sprintf)
#define vsprintf(...)       KONTOR_BANNED(vsprintf)
#define strtok(...)         KONTOR_BANNED(strtok)
#define strdup(...)         KONTOR_BANNED(strdup)
#define gets(...)           KONTOR_BANNED(gets)
#define atoi(...)           KONTOR_BANNED(atoi)
#define atol(...)           KONTOR_BANNED(atol)
#define atof(...)           KONTOR_BANNED(atof)
#define gmtime(...)         KONTOR_BANNED(gmtime)
#define localtime(...)      KONTOR_BANNED(localtime)
#define ctime(...)          KONTOR_BANNED(ctime)
#define asctime(...)        KONTOR_BANNED(asctime)
#define system(...)         KONTOR_BANNED(system)
#define popen(...)          KONTOR_BANNED(popen)
#define rand(...)           KONTOR_BANNED(rand)
#define srand(...)          KONTOR_BANNED(srand)
#define setenv(...)         KONTOR_BANNED(setenv)
#define putenv(...)         KONTOR_BANNED(putenv)
#define alloca(...)         KONTOR_BANNED(alloca)
/* FCGX_FPrintF honours %n. */
#define FCGX_FPrintF(...) KONTOR_BANNED(FCGX_FPrintF)

#endif
