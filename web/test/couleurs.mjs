// How far apart two colours are to an eye: OKLab (Ottosson, 2020), after what dichromats see of them
// (Viénot, Brettel & Mollon, 1999, in linear RGB; tritanopia after Machado, Oliveira & Fernandes, 2009).

export const DEFICIENCES = {
  ordinaires: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopes: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deuteranopes: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  tritanopes: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const lineaire = (hex) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const produit = (matrice, vecteur) => matrice.map((ligne) => ligne.reduce((somme, v, i) => somme + v * vecteur[i], 0));

export function enOklab(hex, yeux = 'ordinaires') {
  const rvb = produit(DEFICIENCES[yeux], lineaire(hex)).map((v) => Math.max(0, v));
  const lms = produit([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], rvb).map(Math.cbrt);
  return produit([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], lms);
}

export const ecart = (a, b, yeux) => Math.hypot(...enOklab(a, yeux).map((v, i) => v - enOklab(b, yeux)[i]));
