"""What the checks share: C sources with comments and, on demand, strings blanked out; findings."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def c_files(*patterns):
    for pattern in patterns or ("modules/**/*.c", "modules/**/*.h"):
        yield from sorted(ROOT.glob(pattern))


def blank(text, keep_strings):
    """Comments (and strings) replaced by blanks, line numbers kept."""

    def replace(match):
        token = match.group(0)
        if token[0] == '"' and keep_strings:
            return token
        return re.sub(r"[^\n]", " ", token)

    return TOKEN.sub(replace, text)


def strings(text):
    """(line, content) of every string literal."""
    for match in TOKEN.finditer(text):
        if match.group(0)[0] == '"':
            yield text.count("\n", 0, match.start()) + 1, match.group(0)[1:-1]


class Findings:
    def __init__(self):
        self.count = 0

    def add(self, path, line, text):
        self.count += 1
        print(f"{pathlib.Path(path).resolve().relative_to(ROOT)}:{line}: {text}")

    def exit(self):
        sys.exit(1 if self.count else 0)
