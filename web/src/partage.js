// « Partager » : the address of what is shown, and the line that puts it into another page.

/** @param {HTMLDetailsElement} boite holds two fields, a button beside each, and a status line */
export function creerPartage(boite, adresse) {
  const etat = boite.querySelector('[role="status"]');
  const champs = { adresse: boite.querySelector('#partage-adresse'), cadre: boite.querySelector('#partage-cadre') };
  const remplir = () => {
    const { origin, hash } = new URL(adresse());
    champs.adresse.value = `${origin}/${hash}`;
    champs.cadre.value = `<iframe src="${origin}/integration${hash.replaceAll('"', '%22')}" title="Carte des Territoires d’industrie" width="100%" height="560" loading="lazy" allow="geolocation"></iframe>`;
    etat.textContent = '';
  };
  boite.addEventListener('toggle', () => boite.open && remplir());
  boite.querySelectorAll('[data-copier]').forEach((b) =>
    b.addEventListener('click', async () => {
      const champ = champs[b.dataset.copier];
      remplir();
      try {
        await navigator.clipboard.writeText(champ.value);
        etat.textContent = b.dataset.copier === 'adresse' ? 'Adresse copiée.' : 'Code copié.';
      } catch {
        // No clipboard here (an older browser, a page without https, a refusal): the text is chosen, the reader copies it.
        champ.focus();
        champ.select();
        etat.textContent = 'Le texte est sélectionné : copiez-le avec Ctrl + C.';
      }
    }),
  );
  return { actualiser: () => boite.open && remplir() };
}
