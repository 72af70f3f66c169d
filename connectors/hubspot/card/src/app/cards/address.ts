/** Where coach answers; the same address stands in app-hsmeta.json, which is what HubSpot lets a card call. */
export const COACH = "https://coach.example.com";
