// The phases as the service writes them into the page, for tests that have no page: to be imported before what reads them.
const phase = (value, nom, periode) => ({ value, dataset: { nom, periode } });
globalThis.document = { querySelectorAll: () => [phase('temps-2', 'Temps 2', '2023-2027'), phase('temps-1', 'Temps 1', '2018-2022')] };
