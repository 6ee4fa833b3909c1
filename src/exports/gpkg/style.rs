//! Styles for QGIS (QML), and for what reads OGC Styled Layer Descriptors (SLD 1.0).
//!
//! The colours are those of the web map, `styles/neutre.json` and `styles/evolution.json`.

use std::fmt::Write;

/// A fill for each value of a column, a line around, the name inside.
pub(super) struct Style {
    /// Its name.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) about: &'static str,
    /// The column that chooses the colour; none where all are alike.
    by: Option<&'static str>,
    /// Value, label, colour.
    classes: &'static [(&'static str, &'static str, [u8; 3])],
}

const LINE: [u8; 3] = [0x2b, 0x2f, 0x33];
const INK: [u8; 3] = [0x1e, 0x23, 0x27];

const NEUTRAL: Style = Style {
    name: "neutre",
    about: "Voisins de couleurs différentes",
    by: Some("classe"),
    classes: &[
        ("0", "0", [0x77, 0x92, 0xb8]),
        ("1", "1", [0xd5, 0xaf, 0x87]),
        ("2", "2", [0xa9, 0xc8, 0xb4]),
        ("3", "3", [0xc2, 0x8e, 0x85]),
        ("4", "4", [0xd1, 0xca, 0xe8]),
        ("5", "5", [0x78, 0xb0, 0xb6]),
    ],
};

const EVOLUTION: Style = Style {
    name: "evolution",
    about: "Depuis la phase précédente",
    by: Some("evolution"),
    classes: &[
        ("nouveau", "Nouveau", [0x2f, 0x6b, 0x8c]),
        ("reconfigure", "Reconfiguré", [0x86, 0xb6, 0xcb]),
        ("identique", "Identique", [0xd0, 0xe1, 0xe4]),
    ],
};

const PLAIN: Style = Style {
    name: "contexte",
    about: "Fond de carte",
    by: None,
    classes: &[("", "", [0xe7, 0xe3, 0xdb])],
};

/// The styles of a table, the one to open with first.
pub(super) fn of(has_classes: bool, has_evolution: bool) -> Vec<Style> {
    match (has_classes, has_evolution) {
        (true, true) => vec![NEUTRAL, EVOLUTION],
        (true, false) => vec![NEUTRAL],
        (false, _) => vec![PLAIN],
    }
}

impl Style {
    /// As QGIS keeps it.
    pub(super) fn qml(&self) -> String {
        let mut symbols = String::new();
        let mut categories = String::new();
        for (i, (value, label, fill)) in self.classes.iter().enumerate() {
            // Into memory: cannot fail.
            let _ = write!(symbols, "{}", symbol(i, *fill));
            let _ = write!(
                categories,
                "<category render=\"true\" symbol=\"{i}\" value=\"{value}\" label=\"{label}\" type=\"{}\"/>",
                if value.parse::<u8>().is_ok() {
                    "long"
                } else {
                    "string"
                }
            );
        }
        let renderer = match self.by {
            Some(column) => format!(
                "<renderer-v2 type=\"categorizedSymbol\" attr=\"{column}\" forceraster=\"0\" symbollevels=\"0\" enableorderby=\"0\">\
                 <categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
            ),
            None => format!(
                "<renderer-v2 type=\"singleSymbol\" forceraster=\"0\" symbollevels=\"0\" enableorderby=\"0\">\
                 <symbols>{symbols}</symbols></renderer-v2>"
            ),
        };
        format!(
            "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
             <qgis version=\"3.28.0\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"1\">\
             {renderer}{LABELS}<layerGeometryType>2</layerGeometryType></qgis>"
        )
        .replace("INK", &rgba(INK))
    }

    /// As the OGC has it.
    pub(super) fn sld(&self, table: &str) -> String {
        let mut rules = String::new();
        for (value, label, fill) in self.classes {
            let filter = self.by.map_or_else(String::new, |column| {
                format!(
                    "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{column}</ogc:PropertyName>\
                     <ogc:Literal>{value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
                )
            });
            let _ = write!(
                rules,
                "<Rule><Name>{label}</Name>{filter}<PolygonSymbolizer>\
                 <Fill><CssParameter name=\"fill\">{}</CssParameter></Fill>\
                 <Stroke><CssParameter name=\"stroke\">{}</CssParameter><CssParameter name=\"stroke-width\">1</CssParameter></Stroke>\
                 </PolygonSymbolizer></Rule>",
                hex(*fill),
                hex(LINE)
            );
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <StyledLayerDescriptor version=\"1.0.0\" xmlns=\"http://www.opengis.net/sld\" xmlns:ogc=\"http://www.opengis.net/ogc\">\
             <NamedLayer><Name>{table}</Name><UserStyle><Name>{}</Name><Title>{}</Title><FeatureTypeStyle>{rules}\
             <Rule><Name>Noms</Name><TextSymbolizer><Label><ogc:PropertyName>nom</ogc:PropertyName></Label>\
             <Font><CssParameter name=\"font-family\">Sans</CssParameter><CssParameter name=\"font-size\">9</CssParameter></Font>\
             <Halo><Radius>1</Radius><Fill><CssParameter name=\"fill\">#ffffff</CssParameter></Fill></Halo>\
             <Fill><CssParameter name=\"fill\">{}</CssParameter></Fill></TextSymbolizer></Rule>\
             </FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>",
            self.name,
            self.about,
            hex(INK)
        )
    }
}

/// Names inside, with a halo; one that does not fit waits for a larger scale. Without a weight QGIS takes the thinnest.
const LABELS: &str = "<labeling type=\"simple\"><settings calloutType=\"simple\">\
    <text-style fieldName=\"nom\" isExpression=\"0\" fontFamily=\"Sans\" fontSize=\"8\" fontSizeUnit=\"Point\" fontWeight=\"50\" textColor=\"INK\" textOpacity=\"1\" multilineHeight=\"1\">\
    <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"0.9\" bufferNoFill=\"0\"/></text-style>\
    <text-format wrapChar=\"\" autoWrapLength=\"18\" useMaxLineLengthForAutoWrap=\"1\" multilineAlign=\"1\"/>\
    <placement placement=\"4\" fitInPolygonOnly=\"1\" polygonPlacementFlags=\"2\" priority=\"5\"/>\
    <rendering drawLabels=\"1\" obstacle=\"1\" obstacleType=\"1\" displayAll=\"0\"/>\
    </settings></labeling>";

fn symbol(number: usize, fill: [u8; 3]) -> String {
    let options = [
        ("color", rgba(fill)),
        ("style", "solid".to_owned()),
        ("outline_color", rgba(LINE)),
        ("outline_style", "solid".to_owned()),
        ("outline_width", "0.26".to_owned()),
        ("outline_width_unit", "MM".to_owned()),
        ("joinstyle", "round".to_owned()),
    ];
    let mut written = String::new();
    for (name, value) in options {
        // Into memory: cannot fail.
        let _ = write!(
            written,
            "<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>"
        );
    }
    format!(
        "<symbol type=\"fill\" name=\"{number}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
         <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{written}</Option></layer></symbol>"
    )
}

fn rgba([r, g, b]: [u8; 3]) -> String {
    format!("{r},{g},{b},255")
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
