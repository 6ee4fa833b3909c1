//! `territoires locate`

use super::{has, refuses, says};

#[test]
fn a_point_in_pau_is_in_its_territory_by_its_agglomeration() {
    let out = says(&["locate", "-0.3708", "43.2951"]);
    assert!(
        out.starts_with(
            "Oui. Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes, \
             par la CA Pau Béarn Pyrénées.\n"
        ),
        "{out}"
    );
    has(
        &out,
        &[
            "commune : 64445 Pau\n",
            "territoire : ti-7510 Lacq – Pau – Tarbes (Nouvelle-Aquitaine)\n",
            "membre : epci 200067254 CA Pau Béarn Pyrénées\n",
            "ANCT",
            "4 juillet 2024",
            "communes au 1er janvier 2026",
        ],
    );
}

#[test]
fn negative_numbers_are_coordinates_and_not_options() {
    for (lon, lat, commune) in [
        ("-61.7261", "15.9958", "97105 Basse-Terre"),
        ("55.4504", "-20.8789", "97411 Saint-Denis"),
    ] {
        has(&says(&["locate", lon, lat]), &[commune]);
    }
}

/// How Python, among others, writes a longitude near the meridian of Greenwich.
#[test]
fn a_negative_number_with_an_exponent_is_a_coordinate_too() {
    has(&says(&["locate", "-1e-05", "43.3"]), &["commune : "]);
}

#[test]
fn the_sea_and_swapped_coordinates_are_in_no_territory() {
    for (lon, lat) in [
        ("-5", "45"),
        ("43.2951", "-0.3708"),
        ("180", "-90"),
        ("0", "0"),
    ] {
        let out = says(&["locate", lon, lat]);
        assert!(
            out.starts_with("Non. Ce point est en mer ou hors de France"),
            "{out}"
        );
        assert!(!out.contains("commune :"), "{out}");
    }
}

#[test]
fn numbers_that_are_no_place_on_earth_are_refused_with_the_order_and_an_example() {
    for (lon, lat) in [("43", "166"), ("-180.1", "0"), ("NaN", "43"), ("0", "inf")] {
        let err = refuses(&["locate", lon, lat], 1);
        has(
            &err,
            &[
                "longitude",
                "latitude",
                "territoires locate -0.3708 43.2951",
            ],
        );
    }
}

#[test]
fn arguments_that_do_not_parse_are_a_usage_error() {
    for arguments in [
        &["locate"][..],
        &["locate", "-0.37"],
        &["locate", "abc", "43"],
        &["locate", "-0.37", "43.3", "--commune", "64445"],
        &["locate", "1", "2", "3"],
        &["locate", "--commune"],
        &["situer"],
        &[],
    ] {
        refuses(arguments, 2);
    }
}

#[test]
fn communes_of_today_answer_by_their_code() {
    has(
        &says(&["locate", "--commune", "64445"]),
        &["Oui. Pau fait", "ti-7510", "200067254"],
    );
    // Lower case and blanks around are no reason to refuse.
    has(
        &says(&["locate", "--commune", " 2a004 "]),
        &["Oui. Ajaccio", "2A004 Ajaccio"],
    );
    has(
        &says(&["locate", "--commune", "75056"]),
        &["Non. Paris ne fait partie d’aucun", "2023-2027"],
    );
}

#[test]
fn a_former_commune_answers_for_the_one_that_took_it_over() {
    let out = says(&["locate", "--commune", "01039"]);
    has(
        &out,
        &[
            "Béon est aujourd’hui dans Culoz-Béon",
            "commune : 01138 Culoz-Béon",
        ],
    );
}

#[test]
fn an_arrondissement_answers_for_its_city() {
    let out = says(&["locate", "--commune", "13201"]);
    has(
        &out,
        &[
            "Oui. Marseille 1er Arrondissement est un arrondissement de Marseille.",
            "commune : 13055 Marseille",
            "ti-9301",
        ],
    );
}

#[test]
fn a_recreated_commune_inherits_from_the_one_it_left() {
    let out = says(&["locate", "--commune", "15031"]);
    has(
        &out,
        &[
            "Oui. Celles fait partie",
            "commune : 15031 Celles",
            "ti-7603",
        ],
    );
}

#[test]
fn a_commune_merged_across_a_border_depends_on_the_part_and_names_both() {
    for (code, nom, inside, outside) in [
        (
            "49160",
            "Ingrandes-le-Fresne-sur-Loire",
            "Ingrandes-le-Fresne-sur-Loire (code 49160) fait partie du Territoire d’industrie \
             Ancenis Châteaubriant, par la CC du Pays d’Ancenis.",
            "Saint-Sigismond ne fait partie d’aucun",
        ),
        (
            "08439",
            "Tannay-le-Mont-Dieu",
            "Le Mont-Dieu fait partie du Territoire d’industrie Nord Ardennes, \
             par la CC des Portes du Luxembourg.",
            "Tannay-le-Mont-Dieu (code 08439) ne fait partie d’aucun",
        ),
    ] {
        let out = says(&["locate", "--commune", code]);
        assert!(
            out.starts_with("Cela dépend de la partie de la commune"),
            "{out}"
        );
        has(
            &out,
            &[
                &format!("commune : {code} {nom}"),
                &format!("- Oui. {inside}"),
                &format!("- Non. {outside}"),
            ],
        );
    }
    // So does the former code of a part.
    has(
        &says(&["locate", "--commune", "49321"]),
        &["Saint-Sigismond est aujourd’hui dans", "- Oui. ", "- Non. "],
    );
}

#[test]
fn a_former_commune_that_was_divided_names_every_heir() {
    let out = says(&["locate", "--commune", "55273"]);
    has(
        &out,
        &[
            "Lamarche-en-Woëvre",
            "Heudicourt-sous-les-Côtes",
            "Nonsard-Lamarche",
        ],
    );
    assert!(!out.starts_with("Oui"), "{out}");
}

#[test]
fn a_code_that_names_nothing_and_a_text_that_is_no_code_are_refused() {
    has(
        &refuses(&["locate", "--commune", "99999"], 1),
        &["aucune commune, actuelle ou ancienne, n’a le code 99999"],
    );
    for code in ["abc", "", "6444", "644455", "2C004", "64 45", "６４４４５"] {
        let err = refuses(&["locate", "--commune", code], 1);
        has(
            &err,
            &["n’est pas un code INSEE de commune", "par exemple 64445"],
        );
    }
}

#[test]
fn the_phase_and_the_edition_decide_the_answer() {
    has(
        &says(&["locate", "--commune", "64445", "--phase", "temps-1"]),
        &["Oui. Pau", "ti-7505 Lacq-Pau - Tarbes", "2 août 2023"],
    );
    let edition = |date| says(&["locate", "--commune", "58046", "--edition", date]);
    has(
        &edition("2023-11-14"),
        &["Non. Cercy-la-Tour", "14 novembre 2023"],
    );
    has(
        &edition("2024-07-04"),
        &[
            "Oui. Cercy-la-Tour",
            "au titre de la commune elle-même",
            "membre : commune 58046",
        ],
    );
}

#[test]
fn an_unknown_phase_or_edition_is_refused_with_those_that_exist() {
    let pau = ["locate", "--commune", "64445"];
    let err = refuses(&[&pau[..], &["--phase", "temps-3"]].concat(), 1);
    has(&err, &["temps-3", "temps-1", "temps-2"]);
    let err = refuses(&[&pau[..], &["--edition", "2024-01-01"]].concat(), 1);
    has(&err, &["2023-11-14", "2024-07-04"]);
    // An edition of the other phase is none of this one.
    let err = refuses(
        &[&pau[..], &["--phase", "temps-1", "--edition", "2024-07-04"]].concat(),
        1,
    );
    has(&err, &["2023-08-02"]);
}
