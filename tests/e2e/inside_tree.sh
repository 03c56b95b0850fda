# shellcheck shell=bash
# A root to work in and a tree of 1,000 files and directories; sourced after lib.sh.
ROOT_UP=$HOME_UP/www
make_root() {
  mkdir "$ROOT_UP"
  chown --reference="$HOME_UP" "$ROOT_UP"
}

# make_tree DIRECTORY: 100 directories of 9 files, of all sizes up to 100 KB, some with hard names.
make_tree() {
  local directory file
  for directory in "$1"/{1..100}; do
    mkdir -p "$directory"
    for file in "$directory"/{file,empty,'with blank',"quo'te",-dash,ümlaut,..dots,'#','back\slash'}; do echo "$file" > "$file"; done
    : > "$directory/empty"
  done
  for directory in "$1"/{1..10}; do head -c 100K /dev/urandom >> "$directory/file"; done
  same 'the size of the tree' 1001 "$(find "$1" | wc -l)"
}

# same_tree EXPECTED ACTUAL: the same names with the same contents.
same_tree() {
  local tree
  for tree in "$1" "$2"; do (cd "$tree" && find . -type d -printf '%P/\n' -o -type f -exec sha256sum {} + | sort); done > "$T/trees"
  same "names and sums of $1 and $2" '' "$(sort "$T/trees" | uniq -u)"
}
