#!/bin/sh
# SQLite 3.40.1, FTS5 with its default tokenizer, unicode61.
#
# Guess: a combining mark is in the word of the letter it stands on, in all scripts or in none, for
# all of them are of the general category Mn or Mc; and `remove_diacritics 2` takes accents off
# letters wherever Unicode has a letter without.
#
# Behaviour: the accents of Latin are in the word, and taken off; every other mark parts the word in
# two and is lost, so that words that differ in their vowels alone are the same.  A Greek letter
# keeps its accent, so that capitals, which have none, are another word.  `categories` with M* in it
# keeps the marks; it does not mend the rest.
#
# Output seen (the words of the index, one phrase a line):
#     default, cafe + U+0301, Viet + U+0323 + U+0302:  cafe viet
#     default, Hindi din (day), dan (gift), diin (poor):  द न
#     default, Thai di (good):  ด
#     default, Arabic muhammad with vowels:  ح د م
#     default, Greek dromos, small and in capitals:  δρομοσ δρόμοσ
#     with M*, Hindi din (day), dan (gift), diin (poor):  दान दिन दीन
#     with M*, Greek dromos, small and in capitals:  δρομοσ δρόμοσ
set -eu
version=$(sqlite3 --version | cut -d' ' -f1)
echo "SQLite $version"
[ "$version" = 3.40.1 ]

words() {
    printf '%s:  ' "$1"
    sqlite3 :memory: <<END
.separator ' '
CREATE VIRTUAL TABLE line USING fts5(text, tokenize = "unicode61 remove_diacritics 2 $2");
CREATE VIRTUAL TABLE word USING fts5vocab(line, 'row');
INSERT INTO line VALUES ('$3');
SELECT group_concat(term, ' ') FROM (SELECT term FROM word ORDER BY term);
END
}

seen=$(
    words 'default, cafe + U+0301, Viet + U+0323 + U+0302' '' "$(printf 'cafe\314\201 Vie\314\243\314\202t')"
    words 'default, Hindi din (day), dan (gift), diin (poor)' '' 'दिन दान दीन'
    words 'default, Thai di (good)' '' 'ดี'
    words 'default, Arabic muhammad with vowels' '' 'مُحَمَّد'
    words 'default, Greek dromos, small and in capitals' '' 'δρόμος ΔΡΟΜΟΣ'
    words 'with M*, Hindi din (day), dan (gift), diin (poor)' "categories 'L* N* M* Co'" 'दिन दान दीन'
    words 'with M*, Greek dromos, small and in capitals' "categories 'L* N* M* Co'" 'δρόμος ΔΡΟΜΟΣ'
)
echo "$seen"
[ "$seen" = "$(sed -n '/^# Output seen/,/^set -eu/s/^#     //p' "$0")" ]
