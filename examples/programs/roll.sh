#!/bin/sh
# A command in shell, with jq: /roll [sides]. In the server's file:
#
#     [plugins.roll]
#     run = ["examples/programs/roll.sh"]

set -f # A nick may hold a star.

printf '%s\n' '{"request": "register", "version": "1.0", "commands": [
    {"name": "roll", "help": "Roll a die for everybody in the room.", "aliases": ["dice"],
     "in_room": true, "parameters": [{"name": "sides", "type": "int", "default": 6}]}]}' | jq -c

answer() { # the number of the call, the member, its text
    jq -nc --argjson call "$1" --arg text "$3" \
        '{request: "answer", call: $call, to: "room"} + {($ARGS.positional[0]): $text}' --args "$2"
}

# The end of the input is the end of the server.
while read -r event; do
    # shellcheck disable=SC2046 # Three words.
    set -- $(printf '%s\n' "$event" |
        jq -r 'select(.event == "call") | "\(.call) \(.args.sides) \(.nick)"')
    if [ $# -ne 3 ]; then
        continue
    elif [ "$2" -lt 1 ]; then
        answer "$1" refusal 'A die has at least one side.'
    else
        answer "$1" text "$3 rolled $(shuf -i "1-$2" -n 1) on a d$2"
    fi
done
