// The card in HubSpot's own test renderer; `npx vitest run` where tests/judges/install.sh brought it.
import React from "react";
import { describe, expect, it, vi } from "vitest";
import { Alert, Button, Link, ProgressBar, StatusTag, Text, TextArea } from "@hubspot/ui-extensions";
import { createRenderer } from "@hubspot/ui-extensions/testing";

(globalThis as any).self ??= globalThis;
(globalThis as any).extend_V2 ??= () => {};
const { GoalCard } = await import("../src/app/cards/GoalCard");

const WORDS = { open: "Ouvrir coach", none: "Aucun objectif en cours.", due: "Échéance", check: "Vérifier", placeholder: "Quelle est votre ambition ?",
  goals: "Objectifs en cours", progress: "Avancement", target: "Cible" };
const GOAL = { id: "g1", title: "Signer 12 contrats", status: "En retard", tone: "warn" as const, progress: "4 / 12 (33 %)", share: 0.33, due: "2026-06-30",
  link: "https://coach.example.com/goals/g1" };
const CHECKED = { smart: false, summary: "Pas encore SMART : 1 critère sur 5.", link: "https://coach.example.com/?text=x",
  criteria: [{ name: "Spécifique", verdict: "fail" as const, said: "À préciser", message: "Quel client ?" }] };
const context = (locale: string) => ({ user: { locale }, crm: { objectId: 99, objectTypeId: "0-3" } });
const answer = (data: unknown, ok = true) => ({ ok, status: ok ? 200 : 403, json: async () => data }) as unknown as Response;
const panel = (goals: unknown[] = [GOAL]) => answer({ goals, words: WORDS, home: "https://coach.example.com" });

describe("the goal card", () => {
  it("lists the goals with their state and progress", async () => {
    const { render, find, waitFor } = createRenderer("crm.record.sidebar");
    const fetch = vi.fn(async (_url: string) => panel());
    render(<GoalCard context={context("fr")} fetch={fetch} />);
    await waitFor(() => expect(find(StatusTag).text).toBe("En retard"));
    expect(find(StatusTag).props.variant).toBe("warning");
    expect(find(ProgressBar).props.value).toBe(33);
    expect(find(Link).text).toBe("Signer 12 contrats");
    const asked = new URL(fetch.mock.calls[0][0]);
    expect(asked.pathname).toBe("/api/v1/hooks/hubspot/panel");
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({ objectId: "99", objectTypeId: "0-3", locale: "fr" });
  });

  it("says when no goal runs", async () => {
    const { render, findAll, waitFor } = createRenderer("crm.record.sidebar");
    render(<GoalCard context={context("fr")} fetch={async () => panel([])} />);
    await waitFor(() => expect(findAll(Text).map((each) => each.text)).toContain("Aucun objectif en cours."));
  });

  it("checks an ambition and opens the chat", async () => {
    const { render, find, findAll, waitFor } = createRenderer("crm.record.sidebar");
    const fetch = vi.fn(async (url: string, options?: { body?: Record<string, unknown> }) => (url.includes("/check") ? answer(CHECKED) : panel()));
    render(<GoalCard context={context("fr")} fetch={fetch} />);
    await waitFor(() => expect(find(Button).props.disabled).toBe(true));
    find(TextArea).trigger("onChange", "augmenter les ventes" as any);
    await waitFor(() => expect(find(Button).props.disabled).toBe(false));
    find(Button).trigger("onClick");
    await waitFor(() => expect(findAll(Text).map((each) => each.text)).toContain(CHECKED.summary));
    expect(fetch.mock.calls[1][1]?.body).toEqual({ text: "augmenter les ventes" });
    expect(findAll(StatusTag).map((tag) => tag.text)).toContain("Spécifique · À préciser");
    expect(findAll(Link).some((link) => (link.props.href as any).url === CHECKED.link)).toBe(true);
  });

  it("says that coach does not answer, in the reader's language, and tries again", async () => {
    const { render, find, waitFor } = createRenderer("crm.record.sidebar");
    let broken = true;
    render(<GoalCard context={context("en-GB")} fetch={async () => (broken ? answer({}, false) : panel())} />);
    await waitFor(() => expect(find(Alert).props.title).toBe("coach does not answer"));
    broken = false;
    find(Button).trigger("onClick");
    await waitFor(() => expect(find(StatusTag).text).toBe("En retard"));
  });

  it("never asks twice with the same address, since a call is answered once", async () => {
    const { render, find, waitFor } = createRenderer("crm.record.sidebar");
    const asked: string[] = [];
    render(<GoalCard context={context("fr")} fetch={async (url) => { asked.push(url); return answer({}, false); }} />);
    await waitFor(() => expect(find(Alert).props.variant).toBe("warning"));
    await new Promise((later) => setTimeout(later, 5));
    find(Button).trigger("onClick");
    await waitFor(() => expect(asked.length).toBe(2));
    expect(new Set(asked).size).toBe(2);
  });
});
