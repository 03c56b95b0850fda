# shellcheck shell=bash
# An upstream account with a root that invites to leave it; sourced after lib.sh. The account itself owns what is outside, and may do
# anything to it: only the proxy stands in between.
#   $HOME_UP/www          the root, with links that lead out in every way, and hard names
#   $HOME_UP/www-secret   what nobody may read or change
ROOT_UP=$HOME_UP/www SECRET_UP=$HOME_UP/www-secret
HARD_NAMES=($'new\nline' 'quo"te'\''s' $'invalid\xff\xfeUTF-8' '-rf' '..x' '...' ' ' 'back\slash' '*' '$HOME' '~')

plant_tree() {
  local name
  rm -rf "$ROOT_UP" "$SECRET_UP"
  mkdir -p "$ROOT_UP/folder/deep" "$SECRET_UP/treasure-chest"
  echo 'the treasure' | tee "$SECRET_UP/treasure" > "$SECRET_UP/treasure-chest/treasure"
  echo 'inside' | tee "$ROOT_UP/file" > "$ROOT_UP/folder/file"
  for name in "${HARD_NAMES[@]}"; do echo "$name" > "$ROOT_UP/$name"; done
  cd "$ROOT_UP" || exit
  # to the treasure itself
  ln -s "$SECRET_UP/treasure" absolute
  ln -s ../www-secret/treasure relative
  ln -s second chain; ln -s third second; ln -s relative third
  ln -s ../www-secret/absent dangling
  ln -s ../../../www-secret/treasure folder/deep/link
  # to folders outside
  ln -s "$SECRET_UP" absolute-folder
  ln -s ../www-secret relative-folder
  ln -s .. up
  ln -s / top
  ln -s /proc/self/cwd/www-secret magic
  # inside
  ln -s loop-2 loop; ln -s loop loop-2
  ln -s folder/file good
  ln -s "$ROOT_UP/folder" good-folder
  ln -s absent good-dangling
  cd "$T" || exit
  chown -hR --reference="$HOME_UP" "$ROOT_UP" "$SECRET_UP"
  chmod 600 "$SECRET_UP/treasure"
}

# All that can be told of what is outside the root, contents and looks. Whoever reads or changes it makes a difference.
outside() { find "$HOME_UP" -path "$ROOT_UP" -prune -o "$@" | sort; }
contents() { outside -type f -exec sha256sum {} +; }
looks() {
  outside -type f -printf '%P %i %n %M %U %G %s %A@ %T@ %C@\n'
  outside ! -type f -printf '%P %i %n %M %U %G %s %T@ %C@ %l\n'
}
remember_outside() {
  contents > "$T/contents"
  # Times of access are moved (relatime, tmpfs' way) when they are older than the others.
  outside -type f -exec touch -a -d 2001-02-03 {} +
  looks > "$T/looks"
}
outside_is_untouched() {
  looks | diff "$T/looks" - || fail 'something outside the root was read or changed'
  contents | diff "$T/contents" - || fail 'something outside the root has other contents'
  remember_outside  # the sums were reads
}
