import React, { useCallback, useEffect, useState } from "react";
import {
  Alert, Button, Divider, Flex, Link, LoadingSpinner, ProgressBar, StatusTag, Text, TextArea, hubspot,
} from "@hubspot/ui-extensions";
import { COACH } from "./address";

// What coach answers: see coach_hubspot/door.py and coach/service/calling.py.

export interface Goal {
  id: string;
  title: string;
  status: string;
  tone: "good" | "warn" | "bad" | "neutral";
  progress: string;
  share: number | null;
  due: string | null;
  link: string;
}

export interface Panel {
  goals: Goal[];
  words: Record<"open" | "none" | "due" | "check" | "placeholder" | "goals" | "progress" | "target", string>;
  home: string;
}

export interface Checked {
  smart: boolean;
  summary: string;
  criteria: { name: string; verdict: "pass" | "warn" | "fail" | "unknown"; said: string; message: string }[];
  link: string;
}

export interface Context {
  user: { locale?: string };
  crm: { objectId: number | string; objectTypeId: string };
}

type Fetch = (url: string, options?: { method?: "GET" | "POST"; timeout?: number; body?: Record<string, unknown> }) => Promise<Response>;

const TONES = { good: "success", warn: "warning", bad: "danger", neutral: "default" } as const;
const VERDICTS = { pass: "success", warn: "warning", fail: "danger", unknown: "default" } as const;
const FAILED = {
  fr: { title: "coach ne répond pas", again: "Réessayer" },
  en: { title: "coach does not answer", again: "Try again" },
} as const;

/** The goals that run, and a place to check a new ambition. HubSpot signs each call; coach proves it and answers once. */
export const GoalCard = ({ context, fetch }: { context: Context; fetch: Fetch }) => {
  const language = (context.user.locale ?? "en").toLowerCase().startsWith("fr") ? "fr" : "en";
  const [panel, setPanel] = useState<Panel | null>(null);
  const [failed, setFailed] = useState(false);

  const address = useCallback(
    (path: string) => {
      const { objectId, objectTypeId } = context.crm;
      // a call is answered once: asking again must not look like the same call
      const asked = { objectId: String(objectId), objectTypeId, locale: language, at: String(Date.now()) };
      const query = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
      return `${COACH}/api/v1/hooks/hubspot/${path}?${query}`;
    },
    [context.crm.objectId, context.crm.objectTypeId, language],
  );

  const load = useCallback(async () => {
    setFailed(false);
    try {
      const answer = await fetch(address("panel"), { method: "GET", timeout: 10_000 });
      if (!answer.ok) throw new Error(String(answer.status));
      setPanel((await answer.json()) as Panel);
    } catch {
      setFailed(true);
    }
  }, [address, fetch]);

  useEffect(() => {
    void load();
  }, [load]);

  if (failed) {
    return (
      <Flex direction="column" gap="small">
        <Alert title={FAILED[language].title} variant="warning" />
        <Button onClick={() => void load()}>{FAILED[language].again}</Button>
      </Flex>
    );
  }
  if (!panel) return <LoadingSpinner label="coach" />;
  return (
    <Flex direction="column" gap="medium">
      {panel.goals.length === 0 ? <Text>{panel.words.none}</Text> : panel.goals.map((goal) => <Running key={goal.id} goal={goal} words={panel.words} />)}
      <Divider />
      <Check words={panel.words} address={address} fetch={fetch} language={language} />
      <Link href={{ url: panel.home, external: true }}>{panel.words.open}</Link>
    </Flex>
  );
};

/** One goal: what it says, where it stands. */
const Running = ({ goal, words }: { goal: Goal; words: Panel["words"] }) => (
  <Flex direction="column" gap="extra-small">
    <Link href={{ url: goal.link, external: true }}>{goal.title}</Link>
    <StatusTag variant={TONES[goal.tone]}>{goal.status}</StatusTag>
    {goal.share !== null && (
      <ProgressBar
        aria-label={words.progress}
        value={Math.round(goal.share * 100)}
        maxValue={100}
        valueDescription={goal.progress}
        variant={goal.tone === "bad" ? "danger" : goal.tone === "warn" ? "warning" : "success"}
      />
    )}
    {goal.due && <Text variant="microcopy">{`${words.due} ${goal.due}`}</Text>}
  </Flex>
);

interface CheckProps {
  words: Panel["words"];
  address: (path: string) => string;
  fetch: Fetch;
  language: "fr" | "en";
}

/** An ambition, judged where it is typed; nothing is kept, so that HubSpot's own retry does no harm. */
const Check = ({ words, address, fetch, language }: CheckProps) => {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [judged, setJudged] = useState<Checked | null>(null);
  const [failed, setFailed] = useState(false);

  const check = async () => {
    setBusy(true);
    setFailed(false);
    try {
      const answer = await fetch(address("check"), { method: "POST", timeout: 10_000, body: { text } });
      if (!answer.ok) throw new Error(String(answer.status));
      setJudged((await answer.json()) as Checked);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Flex direction="column" gap="small">
      <TextArea name="ambition" label={words.placeholder} value={text} onChange={(value: string) => setText(value)} />
      <Button onClick={() => void check()} disabled={busy || !text.trim()}>{words.check}</Button>
      {failed && <Alert title={FAILED[language].title} variant="warning" />}
      {judged && (
        <Flex direction="column" gap="extra-small">
          <Text format={{ fontWeight: "bold" }}>{judged.summary}</Text>
          {judged.criteria.map((row) => (
            <Flex key={row.name} direction="column" gap="flush">
              <StatusTag variant={VERDICTS[row.verdict]}>{`${row.name} · ${row.said}`}</StatusTag>
              {row.message && <Text variant="microcopy">{row.message}</Text>}
            </Flex>
          ))}
          <Link href={{ url: judged.link, external: true }}>{words.open}</Link>
        </Flex>
      )}
    </Flex>
  );
};

hubspot.extend<"crm.record.sidebar">(({ context }) => <GoalCard context={context as Context} fetch={hubspot.fetch as Fetch} />);
