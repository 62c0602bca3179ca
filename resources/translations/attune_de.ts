<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>Attune</name>
        <message>
            <source>(no question)</source>
            <translation>(keine Frage)</translation>
        </message>
        <message>
            <source>0 always takes the likeliest word; more is freer.</source>
            <translation>0 nimmt immer das wahrscheinlichste Wort; mehr ist freier.</translation>
        </message>
        <message>
            <source>0: always the likeliest words; higher: more surprising ones</source>
            <translation>0: immer die wahrscheinlichsten Wörter; höher: überraschendere</translation>
        </message>
        <message>
            <source>A copy takes {size}; {free} are free on that disk.</source>
            <translation>Eine Kopie braucht {size}; auf dem Laufwerk sind {free} frei.</translation>
        </message>
        <message>
            <source>A first guess: your thumbs refine it, and the preferences show it.</source>
            <translation>Eine erste Vermutung: Deine Daumen verfeinern sie, die Vorlieben zeigen sie.</translation>
        </message>
        <message>
            <source>A larger model writes better answers and needs more memory. You can download one at any time; what Attune has learned about you stays.</source>
            <translation>Ein größeres Modell schreibt bessere Antworten und braucht mehr Speicher. Du kannst jederzeit eines herunterladen; was Attune über dich gelernt hat, bleibt.</translation>
        </message>
        <message>
            <source>A model from any repository</source>
            <translation>Ein Modell aus einem beliebigen Repository</translation>
        </message>
        <message>
            <source>A model is ready</source>
            <translation>Ein Modell ist bereit</translation>
        </message>
        <message>
            <source>A newer Attune wrote this file.</source>
            <translation>Diese Datei hat ein neueres Attune geschrieben.</translation>
        </message>
        <message>
            <source>A persona is a way to answer that you can choose for a conversation, beside what Attune learns.</source>
            <translation>Eine Persona ist eine Art zu antworten, die du für eine Unterhaltung wählen kannst, neben dem, was Attune lernt.</translation>
        </message>
        <message>
            <source>A preference of your own</source>
            <translation>Eine eigene Vorliebe</translation>
        </message>
        <message>
            <source>A preference that guided this answer has been deleted since.</source>
            <translation>Eine Vorliebe, die diese Antwort lenkte, ist seitdem gelöscht worden.</translation>
        </message>
        <message>
            <source>A profile needs a name that can be read.</source>
            <translation>Ein Profil braucht einen lesbaren Namen.</translation>
        </message>
        <message>
            <source>A reward model was trained to judge, with the preference in its prompt.</source>
            <translation>Ein Belohnungsmodell wurde darauf trainiert zu urteilen, mit der Vorliebe in seiner Eingabe.</translation>
        </message>
        <message>
            <source>A sample</source>
            <translation>Eine Probe</translation>
        </message>
        <message>
            <source>A sample shows here once the model is loaded.</source>
            <translation>Sobald das Modell geladen ist, erscheint hier eine Probe.</translation>
        </message>
        <message>
            <source>A single conversation: put it in the trash in the sidebar, then delete it there for good.</source>
            <translation>Eine einzelne Unterhaltung: Leg sie in der Seitenleiste in den Papierkorb und lösche sie dort endgültig.</translation>
        </message>
        <message>
            <source>A smaller one of the same family costs less. A model that is tuned needs none.</source>
            <translation>Ein kleineres derselben Familie kostet weniger. Ist Attune auf das Modell eingestellt, braucht es keines.</translation>
        </message>
        <message>
            <source>A temporary chat teaches Attune nothing.</source>
            <translation>Ein temporärer Chat bringt Attune nichts bei.</translation>
        </message>
        <message>
            <source>About a minute left. Chatting goes first.</source>
            <translation>Noch etwa eine Minute. Chatten geht vor.</translation>
        </message>
        <message>
            <source>About a topic</source>
            <translation>Zu einem Thema</translation>
        </message>
        <message>
            <source>About this answer</source>
            <translation>Über diese Antwort</translation>
        </message>
        <message>
            <source>About this word</source>
            <translation>Über dieses Wort</translation>
        </message>
        <message>
            <source>About you</source>
            <translation>Über dich</translation>
        </message>
        <message>
            <source>About {hours} h {minutes} min left. Chatting goes first.</source>
            <translation>Noch etwa {hours} h {minutes} min. Chatten geht vor.</translation>
        </message>
        <message>
            <source>About {minutes} min left. Chatting goes first.</source>
            <translation>Noch etwa {minutes} min. Chatten geht vor.</translation>
        </message>
        <message>
            <source>About {speed} tokens a second, judging by what was measured here: slower than one reads. A smaller model answers faster.</source>
            <translation>Etwa {speed} Token pro Sekunde, nach dem hier Gemessenen: langsamer, als man liest. Ein kleineres Modell antwortet schneller.</translation>
        </message>
        <message>
            <source>About {tokens} of {limit} tokens</source>
            <translation>Etwa {tokens} von {limit} Token</translation>
        </message>
        <message>
            <source>Add a file…</source>
            <translation>Datei hinzufügen…</translation>
        </message>
        <message>
            <source>Add a model</source>
            <translation>Modell hinzufügen</translation>
        </message>
        <message>
            <source>Add a model file</source>
            <translation>Modelldatei hinzufügen</translation>
        </message>
        <message>
            <source>Add a model file from this computer</source>
            <translation>Eine Modelldatei von diesem Computer hinzufügen</translation>
        </message>
        <message>
            <source>Added: {conversations} conversations, {messages} messages, {ratings} ratings, {statements} statements.</source>
            <translation>Hinzugefügt: Unterhaltungen: {conversations}, Nachrichten: {messages}, Bewertungen: {ratings}, Aussagen: {statements}.</translation>
        </message>
        <message>
            <source>After {ratings}, Attune can’t tell yet what you like.</source>
            <translation>Nach {ratings} kann Attune noch nicht sagen, was du magst.</translation>
        </message>
        <message>
            <source>All</source>
            <translation>Alle</translation>
        </message>
        <message>
            <source>All models…</source>
            <translation>Alle Modelle…</translation>
        </message>
        <message>
            <source>All shortcuts are as they came.</source>
            <translation>Alle Tastenkürzel sind wie am Anfang.</translation>
        </message>
        <message>
            <source>All that was said and learned lies in one folder: open, export or erase it.</source>
            <translation>Alles Gesagte und Gelernte liegt in einem Ordner: öffnen, exportieren oder löschen.</translation>
        </message>
        <message>
            <source>Almost everything differs. Underlined: phrases that are in both.</source>
            <translation>Fast alles ist anders. Unterstrichen: Wendungen, die in beiden stehen.</translation>
        </message>
        <message>
            <source>An answer is still being written.</source>
            <translation>Es wird noch eine Antwort geschrieben.</translation>
        </message>
        <message>
            <source>An assistant that learns what you like</source>
            <translation>Ein Assistent, der lernt, was du magst</translation>
        </message>
        <message>
            <source>An export or import is still going on. Wait until it is done.</source>
            <translation>Ein Export oder Import läuft noch. Warte, bis er fertig ist.</translation>
        </message>
        <message>
            <source>Another answer is still being written.</source>
            <translation>Es wird noch eine andere Antwort geschrieben.</translation>
        </message>
        <message>
            <source>Another part of the conversation fits the model’s memory now than when this answer was written, so it can’t be made again.</source>
            <translation>In das Gedächtnis des Modells passt jetzt ein anderer Teil der Unterhaltung als damals. Deshalb lässt sich diese Antwort nicht nachvollziehen.</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Antwort</translation>
        </message>
        <message>
            <source>Answer again</source>
            <translation>Neu antworten</translation>
        </message>
        <message>
            <source>Answer again with what Attune learned</source>
            <translation>Neu antworten mit dem, was Attune gelernt hat</translation>
        </message>
        <message>
            <source>Answer again: the new answer can be explained.</source>
            <translation>Lass neu antworten: Die neue Antwort lässt sich erklären.</translation>
        </message>
        <message>
            <source>Answer again; this answer is kept</source>
            <translation>Neu antworten; diese Antwort bleibt erhalten</translation>
        </message>
        <message>
            <source>Answer at full speed without preferences until it is tuned</source>
            <translation>Mit vollem Tempo ohne Vorlieben antworten, bis es eingestellt ist</translation>
        </message>
        <message>
            <source>Answer complete. {whole}</source>
            <translation>Antwort vollständig. {whole}</translation>
        </message>
        <message>
            <source>Answer in a sober way</source>
            <translation>Antworte ganz nüchtern</translation>
        </message>
        <message>
            <source>Answer like a poet</source>
            <translation>Antworte wie ein Dichter</translation>
        </message>
        <message>
            <source>Answer {index}</source>
            <translation>Antwort {index}</translation>
        </message>
        <message>
            <source>Answer {index} of {count}</source>
            <translation>Antwort {index} von {count}</translation>
        </message>
        <message>
            <source>Answering.</source>
            <translation>Die Antwort beginnt.</translation>
        </message>
        <message>
            <source>Archive</source>
            <translation>Archiv</translation>
        </message>
        <message>
            <source>Archive this conversation, or take it out</source>
            <translation>Diese Unterhaltung archivieren oder zurückholen</translation>
        </message>
        <message>
            <source>Archived · {note}</source>
            <translation>Archiviert · {note}</translation>
        </message>
        <message>
            <source>Archived. It is still searched and learned from.</source>
            <translation>Archiviert. Es wird weiter durchsucht, und Attune lernt weiter daraus.</translation>
        </message>
        <message>
            <source>Arrow keys go from word to word; with Ctrl to the next one that your preferences changed.</source>
            <translation>Die Pfeiltasten gehen von Wort zu Wort, mit Strg zum nächsten, das deine Vorlieben geändert haben.</translation>
        </message>
        <message>
            <source>As a table</source>
            <translation>Als Tabelle</translation>
        </message>
        <message>
            <source>As a trained reward model</source>
            <translation>Als trainiertes Belohnungsmodell</translation>
        </message>
        <message>
            <source>As any model does</source>
            <translation>Wie jedes Modell</translation>
        </message>
        <message>
            <source>As set</source>
            <translation>Wie eingestellt</translation>
        </message>
        <message>
            <source>As usual</source>
            <translation>Wie üblich</translation>
        </message>
        <message>
            <source>Ask again</source>
            <translation>Noch einmal fragen</translation>
        </message>
        <message>
            <source>Ask again.</source>
            <translation>Frag noch einmal.</translation>
        </message>
        <message>
            <source>Ask anything</source>
            <translation>Frag, was du willst</translation>
        </message>
        <message>
            <source>Ask anything.</source>
            <translation>Frag, was du willst.</translation>
        </message>
        <message>
            <source>Ask it again.</source>
            <translation>Stelle sie noch einmal.</translation>
        </message>
        <message>
            <source>Ask something first.</source>
            <translation>Frag zuerst etwas.</translation>
        </message>
        <message>
            <source>Ask: {example}</source>
            <translation>Fragen: {example}</translation>
        </message>
        <message>
            <source>Asked for with this question</source>
            <translation>Mit dieser Frage verlangt</translation>
        </message>
        <message>
            <source>Asking the model…</source>
            <translation>Das Modell wird gefragt…</translation>
        </message>
        <message>
            <source>Asking what the file must look like…</source>
            <translation>Es wird gefragt, wie die Datei aussehen muss…</translation>
        </message>
        <message>
            <source>Asks {host} which files the repository holds.</source>
            <translation>Fragt {host}, welche Dateien das Repository enthält.</translation>
        </message>
        <message>
            <source>Asleep</source>
            <translation>Schläft</translation>
        </message>
        <message>
            <source>At the top</source>
            <translation>Ganz oben</translation>
        </message>
        <message>
            <source>Attach files of at most {largest_bytes} kB, or paste the part that matters.</source>
            <translation>Hänge Dateien von höchstens {largest_bytes} kB an oder füge den wichtigen Teil ein.</translation>
        </message>
        <message>
            <source>Attach plain text, code or tables of text.</source>
            <translation>Hänge einfachen Text, Code oder Texttabellen an.</translation>
        </message>
        <message>
            <source>Attention in one pass: less memory.</source>
            <translation>Aufmerksamkeit in einem Durchgang: weniger Speicher.</translation>
        </message>
        <message>
            <source>Attune JSON</source>
            <translation>Attune-JSON</translation>
        </message>
        <message>
            <source>Attune JSON, to import again (*.json)</source>
            <translation>Attune-JSON, zum Wiedereinlesen (*.json)</translation>
        </message>
        <message>
            <source>Attune answers on this computer and tunes itself to you.</source>
            <translation>Attune antwortet auf diesem Computer und stimmt sich auf dich ein.</translation>
        </message>
        <message>
            <source>Attune conversations</source>
            <translation>Attune-Unterhaltungen</translation>
        </message>
        <message>
            <source>Attune has been tuned to this model anew since this answer was written.</source>
            <translation>Attune ist seit dieser Antwort neu auf dieses Modell abgestimmt worden.</translation>
        </message>
        <message>
            <source>Attune has no permission to use a file.</source>
            <translation>Attune darf eine Datei nicht verwenden.</translation>
        </message>
        <message>
            <source>Attune has no permission to use “{name}”.</source>
            <translation>Attune darf „{name}“ nicht verwenden.</translation>
        </message>
        <message>
            <source>Attune has not learned anything yet. Rate a few answers, or move a slider.</source>
            <translation>Attune hat noch nichts gelernt. Bewerte ein paar Antworten oder bewege einen Regler.</translation>
        </message>
        <message>
            <source>Attune is open but does not answer.</source>
            <translation>Attune ist offen, antwortet aber nicht.</translation>
        </message>
        <message>
            <source>Attune is still here</source>
            <translation>Attune ist noch da</translation>
        </message>
        <message>
            <source>Attune knew that already.</source>
            <translation>Das wusste Attune schon.</translation>
        </message>
        <message>
            <source>Attune knew that already: “{text}”</source>
            <translation>Das wusste Attune schon: „{text}“</translation>
        </message>
        <message>
            <source>Attune learned from what you changed. Future answers like this: {words}.</source>
            <translation>Attune hat aus deiner Änderung gelernt. Künftige Antworten wie diese: {words}.</translation>
        </message>
        <message>
            <source>Attune learns from what you change. The old version is kept.</source>
            <translation>Attune lernt aus dem, was du änderst. Die alte Fassung bleibt erhalten.</translation>
        </message>
        <message>
            <source>Attune profile (*.json)</source>
            <translation>Attune-Profil (*.json)</translation>
        </message>
        <message>
            <source>Attune speaks it after a restart.</source>
            <translation>Attune spricht sie nach einem Neustart.</translation>
        </message>
        <message>
            <source>Attune studies once how this model answers, so that your preferences guide it at full speed. Depending on the model this takes minutes to many hours. Chatting always goes first.</source>
            <translation>Attune untersucht einmal, wie dieses Modell antwortet, damit deine Vorlieben es mit vollem Tempo lenken. Je nach Modell dauert das Minuten bis viele Stunden. Chatten geht immer vor.</translation>
        </message>
        <message>
            <source>Attune will ask for it with every answer.</source>
            <translation>Attune bittet bei jeder Antwort darum.</translation>
        </message>
        <message>
            <source>Attune will mention it with every answer; no slider fits it.</source>
            <translation>Attune erwähnt es bei jeder Antwort; kein Regler passt dazu.</translation>
        </message>
        <message>
            <source>Attune will mention it with questions it matters for.</source>
            <translation>Attune erwähnt es bei Fragen, für die es wichtig ist.</translation>
        </message>
        <message>
            <source>Attune: quick question</source>
            <translation>Attune: schnelle Frage</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>Back to all conversations</source>
            <translation>Zurück zu allen Unterhaltungen</translation>
        </message>
        <message>
            <source>Back to tuning</source>
            <translation>Zurück zum Einstellen</translation>
        </message>
        <message>
            <source>Bad answer</source>
            <translation>Schlechte Antwort</translation>
        </message>
        <message>
            <source>Banner</source>
            <translation>Hinweis</translation>
        </message>
        <message>
            <source>Before</source>
            <translation>Vorher</translation>
        </message>
        <message>
            <source>Before and after</source>
            <translation>Vorher und nachher</translation>
        </message>
        <message>
            <source>Begin a temporary chat</source>
            <translation>Temporären Chat beginnen</translation>
        </message>
        <message>
            <source>Being written…</source>
            <translation>Wird geschrieben …</translation>
        </message>
        <message>
            <source>Between two dates</source>
            <translation>Zwischen zwei Tagen</translation>
        </message>
        <message>
            <source>Both answers</source>
            <translation>Beide Antworten</translation>
        </message>
        <message>
            <source>Both from the same random numbers. What differs is your doing.</source>
            <translation>Beide aus denselben Zufallszahlen. Was sich unterscheidet, kommt von dir.</translation>
        </message>
        <message>
            <source>Both say the same, word for word.</source>
            <translation>Beide sagen Wort für Wort dasselbe.</translation>
        </message>
        <message>
            <source>Breaks the line; Shift + Enter sends</source>
            <translation>Bricht die Zeile um; Umschalt + Enter sendet</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>Cancel editing</source>
            <translation>Bearbeiten abbrechen</translation>
        </message>
        <message>
            <source>Cancel the download of {name}</source>
            <translation>Den Download von {name} abbrechen</translation>
        </message>
        <message>
            <source>Cancel tuning</source>
            <translation>Einstellen abbrechen</translation>
        </message>
        <message>
            <source>Cancel tuning?</source>
            <translation>Einstellen abbrechen?</translation>
        </message>
        <message>
            <source>Cancel…</source>
            <translation>Abbrechen…</translation>
        </message>
        <message>
            <source>Can’t be used</source>
            <translation>Nicht verwendbar</translation>
        </message>
        <message>
            <source>Change or forget: {text}</source>
            <translation>Ändern oder vergessen: {text}</translation>
        </message>
        <message>
            <source>Change what Attune remembers</source>
            <translation>Ändern, was Attune sich merkt</translation>
        </message>
        <message>
            <source>Change: {text}</source>
            <translation>Ändern: {text}</translation>
        </message>
        <message>
            <source>Changed by your preferences. Unguided, the same draw would have given “{word}”.</source>
            <translation>Von deinen Vorlieben geändert. Ungelenkt hätte dieselbe Ziehung „{word}“ ergeben.</translation>
        </message>
        <message>
            <source>Check its permissions.</source>
            <translation>Prüfe ihre Zugriffsrechte.</translation>
        </message>
        <message>
            <source>Check the path and the disk.</source>
            <translation>Prüfe den Pfad und das Laufwerk.</translation>
        </message>
        <message>
            <source>Check the path.</source>
            <translation>Prüfe den Pfad.</translation>
        </message>
        <message>
            <source>Checking what has arrived: {done} of {size}.</source>
            <translation>Was angekommen ist, wird geprüft: {done} von {size}.</translation>
        </message>
        <message>
            <source>Choose a file that Attune exported.</source>
            <translation>Wähle eine Datei, die Attune exportiert hat.</translation>
        </message>
        <message>
            <source>Choose a file. It names no licence.</source>
            <translation>Wähle eine Datei. Eine Lizenz ist nicht genannt.</translation>
        </message>
        <message>
            <source>Choose a file. Its licence: {licence}.</source>
            <translation>Wähle eine Datei. Die Lizenz: {licence}.</translation>
        </message>
        <message>
            <source>Choose a persona for this conversation</source>
            <translation>Eine Persona für diese Unterhaltung wählen</translation>
        </message>
        <message>
            <source>Choose an export of Attune, ChatGPT or Open WebUI.</source>
            <translation>Wähle einen Export von Attune, ChatGPT oder Open WebUI.</translation>
        </message>
        <message>
            <source>Choose another name.</source>
            <translation>Wähle einen anderen Namen.</translation>
        </message>
        <message>
            <source>Choose one of at most {longest_name} letters and signs.</source>
            <translation>Wähle einen mit höchstens {longest_name} Buchstaben und Zeichen.</translation>
        </message>
        <message>
            <source>Choose one of: {names}.</source>
            <translation>Wähle eine von: {names}.</translation>
        </message>
        <message>
            <source>Choose the model again when it is done.</source>
            <translation>Wähle das Modell noch einmal, wenn sie fertig ist.</translation>
        </message>
        <message>
            <source>Choose “{name}” under Models, then open this again.</source>
            <translation>Wähle „{name}“ unter Modelle und öffne das hier dann noch einmal.</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>Deutlich</translation>
        </message>
        <message>
            <source>Click the answer you like better, or press 1 or 2.</source>
            <translation>Klick auf die Antwort, die dir besser gefällt, oder drück 1 oder 2.</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Close (Esc)</source>
            <translation>Schließen (Esc)</translation>
        </message>
        <message>
            <source>Close find (Esc)</source>
            <translation>Suche schließen (Esc)</translation>
        </message>
        <message>
            <source>Close preferences</source>
            <translation>Vorlieben schließen</translation>
        </message>
        <message>
            <source>Close that window first, or go on here.</source>
            <translation>Schließe erst jenes Fenster oder mach hier weiter.</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>Programmcode</translation>
        </message>
        <message>
            <source>Commit {revision}  ·  SHA-256 {sha256}…</source>
            <translation>Stand {revision}  ·  SHA-256 {sha256}…</translation>
        </message>
        <message>
            <source>Compare the last answer with another: which is better?</source>
            <translation>Die letzte Antwort mit einer anderen vergleichen: Welche ist besser?</translation>
        </message>
        <message>
            <source>Compare this answer with another to the same question</source>
            <translation>Diese Antwort mit einer anderen auf dieselbe Frage vergleichen</translation>
        </message>
        <message>
            <source>Compare with</source>
            <translation>Vergleichen mit</translation>
        </message>
        <message>
            <source>Comparing the words both know…</source>
            <translation>Der Wortschatz beider wird verglichen …</translation>
        </message>
        <message>
            <source>Compressed to a half</source>
            <translation>Auf die Hälfte komprimiert</translation>
        </message>
        <message>
            <source>Compressed to a quarter</source>
            <translation>Auf ein Viertel komprimiert</translation>
        </message>
        <message>
            <source>Compressed, more context fits; answers may change a little.</source>
            <translation>Komprimiert passt mehr Kontext hinein; Antworten können sich etwas ändern.</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>Kontext</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Fortsetzen</translation>
        </message>
        <message>
            <source>Continue in Attune</source>
            <translation>In Attune weitermachen</translation>
        </message>
        <message>
            <source>Continue the last answer where it ended</source>
            <translation>Die letzte Antwort fortsetzen, wo sie endete</translation>
        </message>
        <message>
            <source>Continue this answer</source>
            <translation>Diese Antwort fortsetzen</translation>
        </message>
        <message>
            <source>Continue tuning</source>
            <translation>Das Einstellen fortsetzen</translation>
        </message>
        <message>
            <source>Conversation</source>
            <translation>Unterhaltung</translation>
        </message>
        <message>
            <source>Conversations</source>
            <translation>Unterhaltungen</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>Kopiert</translation>
        </message>
        <message>
            <source>Copied as plain text.</source>
            <translation>Als einfacher Text kopiert.</translation>
        </message>
        <message>
            <source>Copied.</source>
            <translation>Kopiert.</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Copy as</source>
            <translation>Kopieren als</translation>
        </message>
        <message>
            <source>Copy as markdown</source>
            <translation>Als Markdown kopieren</translation>
        </message>
        <message>
            <source>Copy as plain text</source>
            <translation>Als einfachen Text kopieren</translation>
        </message>
        <message>
            <source>Copy code</source>
            <translation>Code kopieren</translation>
        </message>
        <message>
            <source>Copy it</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Copy the answer; with Shift as plain text</source>
            <translation>Antwort kopieren; mit Umschalt als einfachen Text</translation>
        </message>
        <message>
            <source>Copy the last answer</source>
            <translation>Die letzte Antwort kopieren</translation>
        </message>
        <message>
            <source>Copy the last answer as plain text</source>
            <translation>Die letzte Antwort als einfachen Text kopieren</translation>
        </message>
        <message>
            <source>Copying the model</source>
            <translation>Das Modell wird kopiert</translation>
        </message>
        <message>
            <source>Damaged files that were moved aside. They may still hold what was forgotten.</source>
            <translation>Beschädigte Dateien, die beiseitegelegt wurden. Sie können noch enthalten, was vergessen wurde.</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Delete and Backspace are never a shortcut: what erases should not be one slip away.</source>
            <translation>Entf und Rücktaste sind nie ein Tastenkürzel: Was löscht, soll nicht nur einen Ausrutscher entfernt sein.</translation>
        </message>
        <message>
            <source>Delete folder, keep conversations</source>
            <translation>Ordner löschen, Unterhaltungen behalten</translation>
        </message>
        <message>
            <source>Delete for good</source>
            <translation>Endgültig löschen</translation>
        </message>
        <message>
            <source>Delete it</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Delete the work so far</source>
            <translation>Das Bisherige löschen</translation>
        </message>
        <message>
            <source>Delete this persona</source>
            <translation>Diese Persona löschen</translation>
        </message>
        <message>
            <source>Delete this profile…</source>
            <translation>Dieses Profil löschen…</translation>
        </message>
        <message>
            <source>Delete {ends}</source>
            <translation>{ends} löschen</translation>
        </message>
        <message>
            <source>Delete {name}?</source>
            <translation>{name} löschen?</translation>
        </message>
        <message>
            <source>Delete {name}…</source>
            <translation>{name} löschen …</translation>
        </message>
        <message>
            <source>Delete “{name}”</source>
            <translation>„{name}“ löschen</translation>
        </message>
        <message>
            <source>Delete “{title}” for good?</source>
            <translation>„{title}“ endgültig löschen?</translation>
        </message>
        <message>
            <source>Deleted “{label}”</source>
            <translation>„{label}“ gelöscht</translation>
        </message>
        <message>
            <source>Deleted. Its conversations go on without it.</source>
            <translation>Gelöscht. Ihre Unterhaltungen gehen ohne sie weiter.</translation>
        </message>
        <message>
            <source>Delete…</source>
            <translation>Löschen …</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>Ausblenden</translation>
        </message>
        <message>
            <source>Don’t remember: {text}</source>
            <translation>Nicht merken: {text}</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>Herunterladen</translation>
        </message>
        <message>
            <source>Download about {size}</source>
            <translation>Etwa {size} herunterladen</translation>
        </message>
        <message>
            <source>Download from any repository</source>
            <translation>Aus einem beliebigen Repository herunterladen</translation>
        </message>
        <message>
            <source>Download of {name}</source>
            <translation>Ladefortschritt von {name}</translation>
        </message>
        <message>
            <source>Download the recommended {name}</source>
            <translation>Das empfohlene {name} herunterladen</translation>
        </message>
        <message>
            <source>Download {name}</source>
            <translation>{name} herunterladen</translation>
        </message>
        <message>
            <source>Download {size}</source>
            <translation>{size} herunterladen</translation>
        </message>
        <message>
            <source>Downloading from {host}. Connected to: {addresses}</source>
            <translation>Wird von {host} geladen. Verbunden mit: {addresses}</translation>
        </message>
        <message>
            <source>Drawing each word once more, from the same random numbers…</source>
            <translation>Jedes Wort wird noch einmal gezogen, aus denselben Zufallszahlen …</translation>
        </message>
        <message>
            <source>Each rating, foreseen from those before it. Dashed: always guessing your more usual thumb.</source>
            <translation>Jede Bewertung, vorausgesagt aus denen davor. Gestrichelt: immer auf deinen häufigeren Daumen getippt.</translation>
        </message>
        <message>
            <source>Earlier copies</source>
            <translation>Frühere Kopien</translation>
        </message>
        <message>
            <source>Edit</source>
            <translation>Bearbeiten</translation>
        </message>
        <message>
            <source>Edit and ask again</source>
            <translation>Bearbeiten und neu fragen</translation>
        </message>
        <message>
            <source>Edit before remembering: {text}</source>
            <translation>Vor dem Merken bearbeiten: {text}</translation>
        </message>
        <message>
            <source>Edit personas…</source>
            <translation>Personas bearbeiten…</translation>
        </message>
        <message>
            <source>Edit the answer</source>
            <translation>Antwort bearbeiten</translation>
        </message>
        <message>
            <source>Edit the answer; this version is kept</source>
            <translation>Antwort bearbeiten; diese Fassung bleibt erhalten</translation>
        </message>
        <message>
            <source>Edit the last answer</source>
            <translation>Die letzte Antwort bearbeiten</translation>
        </message>
        <message>
            <source>Edit this preference</source>
            <translation>Diese Vorliebe bearbeiten</translation>
        </message>
        <message>
            <source>Edit your last question</source>
            <translation>Deine letzte Frage bearbeiten</translation>
        </message>
        <message>
            <source>Edit {ends}</source>
            <translation>{ends} bearbeiten</translation>
        </message>
        <message>
            <source>Editing your question. The old version is kept.</source>
            <translation>Du bearbeitest deine Frage. Die alte Fassung bleibt erhalten.</translation>
        </message>
        <message>
            <source>Empty the trash?</source>
            <translation>Papierkorb leeren?</translation>
        </message>
        <message>
            <source>Empty trash</source>
            <translation>Papierkorb leeren</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Enter</translation>
        </message>
        <message>
            <source>Enter sends  ·  Shift + Enter breaks the line</source>
            <translation>Enter sendet  ·  Umschalt + Enter bricht die Zeile um</translation>
        </message>
        <message>
            <source>Every thumb changes the next answer, and can be taken back.</source>
            <translation>Jeder Daumen ändert die nächste Antwort und lässt sich zurücknehmen.</translation>
        </message>
        <message>
            <source>Everything here is computed from your ratings and settings, on this computer. What you forget is gone from the answers at once.</source>
            <translation>Alles hier wird aus deinen Bewertungen und Einstellungen berechnet, auf diesem Computer. Was du vergessen lässt, ist sofort aus den Antworten verschwunden.</translation>
        </message>
        <message>
            <source>Everything is forgotten.</source>
            <translation>Alles ist vergessen.</translation>
        </message>
        <message>
            <source>Explain recursion with an example</source>
            <translation>Erkläre Rekursion an einem Beispiel</translation>
        </message>
        <message>
            <source>Export all conversations</source>
            <translation>Alle Unterhaltungen exportieren</translation>
        </message>
        <message>
            <source>Export all conversations…</source>
            <translation>Alle Unterhaltungen exportieren…</translation>
        </message>
        <message>
            <source>Export this conversation</source>
            <translation>Diese Unterhaltung exportieren</translation>
        </message>
        <message>
            <source>Export this profile</source>
            <translation>Dieses Profil exportieren</translation>
        </message>
        <message>
            <source>Export this profile…</source>
            <translation>Dieses Profil exportieren…</translation>
        </message>
        <message>
            <source>Exported to {name}. Keep it where only you can read it.</source>
            <translation>Nach {name} exportiert. Bewahre es dort auf, wo nur du es lesen kannst.</translation>
        </message>
        <message>
            <source>Exporting: {done} of {of} conversations.</source>
            <translation>Export läuft: {done} von {of} Unterhaltungen.</translation>
        </message>
        <message>
            <source>Exports of Attune, ChatGPT or Open WebUI (*.json *.zip)</source>
            <translation>Exporte von Attune, ChatGPT oder Open WebUI (*.json *.zip)</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>Exportieren…</translation>
        </message>
        <message>
            <source>Facts go along with questions they matter for, wishes with every question; style moves the sliders. All of it stays on this computer.</source>
            <translation>Tatsachen gehen mit Fragen mit, für die sie wichtig sind, Wünsche mit jeder Frage; Stil bewegt die Regler. Alles bleibt auf diesem Computer.</translation>
        </message>
        <message>
            <source>Fast attention</source>
            <translation>Schnelle Aufmerksamkeit</translation>
        </message>
        <message>
            <source>Find a preference</source>
            <translation>Vorliebe suchen</translation>
        </message>
        <message>
            <source>Find files</source>
            <translation>Dateien suchen</translation>
        </message>
        <message>
            <source>Find in this conversation</source>
            <translation>In dieser Unterhaltung suchen</translation>
        </message>
        <message>
            <source>Find the model files of this repository</source>
            <translation>Die Modelldateien dieses Repositorys suchen</translation>
        </message>
        <message>
            <source>Find what you said</source>
            <translation>Finden, was du gesagt hast</translation>
        </message>
        <message>
            <source>First day</source>
            <translation>Erster Tag</translation>
        </message>
        <message>
            <source>Fits in memory</source>
            <translation>Passt in den Speicher</translation>
        </message>
        <message>
            <source>Fits on the GPU</source>
            <translation>Passt auf die GPU</translation>
        </message>
        <message>
            <source>Fits partly: {gpu_layers} of {layers} layers on the GPU</source>
            <translation>Passt zum Teil: {gpu_layers} von {layers} Schichten auf der GPU</translation>
        </message>
        <message>
            <source>Folder {name}, {state}, {conversations}</source>
            <translation>Ordner {name}, {state}, {conversations}</translation>
        </message>
        <message>
            <source>Folders</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Follow preferences now, more slowly</source>
            <translation>Vorlieben jetzt schon folgen, langsamer</translation>
        </message>
        <message>
            <source>For example: You are a patient teacher. Explain with everyday examples.</source>
            <translation>Zum Beispiel: Du bist ein geduldiger Lehrer. Erkläre mit Beispielen aus dem Alltag.</translation>
        </message>
        <message>
            <source>For this computer: {name}</source>
            <translation>Für diesen Computer: {name}</translation>
        </message>
        <message>
            <source>Foreseen</source>
            <translation>Vorausgesagt</translation>
        </message>
        <message>
            <source>Foreseen ratings</source>
            <translation>Vorausgesagte Bewertungen</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Vergessen</translation>
        </message>
        <message>
            <source>Forget everything</source>
            <translation>Alles vergessen</translation>
        </message>
        <message>
            <source>Forget everything in its preferences instead, or rename it.</source>
            <translation>Vergiss stattdessen alles in seinen Vorlieben oder benenne es um.</translation>
        </message>
        <message>
            <source>Forget everything…</source>
            <translation>Alles vergessen…</translation>
        </message>
        <message>
            <source>Forget for good</source>
            <translation>Endgültig vergessen</translation>
        </message>
        <message>
            <source>Forget for good: {text}</source>
            <translation>Endgültig vergessen: {text}</translation>
        </message>
        <message>
            <source>Forget what is listed…</source>
            <translation>Das Aufgelistete vergessen …</translation>
        </message>
        <message>
            <source>Forget what was rated then?</source>
            <translation>Vergessen, was damals bewertet wurde?</translation>
        </message>
        <message numerus="yes">
            <source>Forget {n} entries, and all that follows them?</source>
            <translation>
                <numerusform>Einen Eintrag vergessen, mit allem, was darauf folgt?</numerusform>
                <numerusform>{n} Einträge vergessen, mit allem, was darauf folgt?</numerusform>
            </translation>
        </message>
        <message>
            <source>Forget…</source>
            <translation>Vergessen…</translation>
        </message>
        <message>
            <source>Forgotten: {what}.</source>
            <translation>Vergessen: {what}.</translation>
        </message>
        <message>
            <source>Free some space and try again.</source>
            <translation>Schaffe etwas Platz und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Free the memory of a model that is not used</source>
            <translation>Den Speicher eines Modells freigeben, das nicht verwendet wird</translation>
        </message>
        <message>
            <source>Free the memory when nobody asks anything</source>
            <translation>Speicher freigeben, wenn niemand etwas fragt</translation>
        </message>
        <message>
            <source>From a repository</source>
            <translation>Aus einem Repository</translation>
        </message>
        <message>
            <source>From a repository…</source>
            <translation>Aus einem Repository…</translation>
        </message>
        <message>
            <source>From the last day</source>
            <translation>Aus dem letzten Tag</translation>
        </message>
        <message>
            <source>From the last hour</source>
            <translation>Aus der letzten Stunde</translation>
        </message>
        <message>
            <source>From the last week</source>
            <translation>Aus der letzten Woche</translation>
        </message>
        <message>
            <source>From what you said, at {start}</source>
            <translation>Aus dem, was du gesagt hast, bei {start}</translation>
        </message>
        <message>
            <source>From {host}. Nothing is asked of it until you press a button here.</source>
            <translation>Von {host}. Dort wird nichts angefragt, bis du hier auf einen Knopf drückst.</translation>
        </message>
        <message numerus="yes">
            <source>From {n} ratings nothing can be drawn yet. From five on, this shows how well Attune foresees them.</source>
            <translation>
                <numerusform>Aus 1 Bewertung lässt sich noch nichts zeichnen. Ab fünf zeigt sich hier, wie gut Attune sie voraussagt.</numerusform>
                <numerusform>Aus {n} Bewertungen lässt sich noch nichts zeichnen. Ab fünf zeigt sich hier, wie gut Attune sie voraussagt.</numerusform>
            </translation>
        </message>
        <message>
            <source>Full precision</source>
            <translation>Volle Genauigkeit</translation>
        </message>
        <message>
            <source>Full speed for now</source>
            <translation>Erst einmal volles Tempo</translation>
        </message>
        <message>
            <source>General</source>
            <translation>Allgemein</translation>
        </message>
        <message>
            <source>Gentle movement</source>
            <translation>Sanfte Bewegung</translation>
        </message>
        <message>
            <source>Getting ready</source>
            <translation>Wird vorbereitet</translation>
        </message>
        <message>
            <source>Go back</source>
            <translation>Zurückkehren</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Weiter</translation>
        </message>
        <message>
            <source>Go to another profile</source>
            <translation>Zu einem anderen Profil gehen</translation>
        </message>
        <message>
            <source>Goes with what it belongs to, which is ticked.</source>
            <translation>Geht mit dem, wozu es gehört: Das ist angekreuzt.</translation>
        </message>
        <message>
            <source>Good answer</source>
            <translation>Gute Antwort</translation>
        </message>
        <message>
            <source>Guide answers before tuning</source>
            <translation>Antworten schon vor dem Einstellen lenken</translation>
        </message>
        <message>
            <source>Hardly moved it</source>
            <translation>Hat kaum etwas verschoben</translation>
        </message>
        <message>
            <source>Here you like answers {words}.</source>
            <translation>Hier magst du Antworten: {words}.</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Verlauf</translation>
        </message>
        <message>
            <source>How far back it looks.</source>
            <translation>Wie weit es zurückblickt.</translation>
        </message>
        <message>
            <source>How far back it looks. This model was trained on up to {limit}.</source>
            <translation>Wie weit es zurückblickt. Dieses Modell wurde mit bis zu {limit} trainiert.</translation>
        </message>
        <message>
            <source>How it reads them</source>
            <translation>Wie es sie liest</translation>
        </message>
        <message>
            <source>How learning went</source>
            <translation>Wie das Lernen verlief</translation>
        </message>
        <message>
            <source>How many cores compute.</source>
            <translation>Wie viele Kerne rechnen.</translation>
        </message>
        <message>
            <source>How much of the probability your preferences moved from some words to others, at least so much.</source>
            <translation>Wie viel der Wahrscheinlichkeit deine Vorlieben von den einen Wörtern zu anderen verschoben haben, mindestens so viel.</translation>
        </message>
        <message>
            <source>How strongly</source>
            <translation>Wie stark</translation>
        </message>
        <message>
            <source>How strongly your preferences act</source>
            <translation>Wie stark deine Vorlieben wirken</translation>
        </message>
        <message>
            <source>How this answer came about was not kept.</source>
            <translation>Wie diese Antwort entstand, wurde nicht aufgehoben.</translation>
        </message>
        <message>
            <source>How would you like answers?</source>
            <translation>Wie hättest du Antworten gern?</translation>
        </message>
        <message>
            <source>How you like answers</source>
            <translation>Wie du Antworten magst</translation>
        </message>
        <message>
            <source>Import conversations</source>
            <translation>Unterhaltungen importieren</translation>
        </message>
        <message>
            <source>Import conversations…</source>
            <translation>Unterhaltungen importieren…</translation>
        </message>
        <message>
            <source>Import into this profile</source>
            <translation>In dieses Profil importieren</translation>
        </message>
        <message>
            <source>Import into this profile…</source>
            <translation>In dieses Profil importieren…</translation>
        </message>
        <message>
            <source>Import it where profiles are managed.</source>
            <translation>Importiere es dort, wo Profile verwaltet werden.</translation>
        </message>
        <message>
            <source>Importing: {conversations} conversations so far.</source>
            <translation>Import läuft: bisher {conversations} Unterhaltungen.</translation>
        </message>
        <message>
            <source>In answers it had not seen, it told which end of a preference they were written for {sign} of the time.</source>
            <translation>Bei Antworten, die es nicht gesehen hatte, erkannte es in {sign} der Fälle, für welches Ende einer Vorliebe sie geschrieben waren.</translation>
        </message>
        <message>
            <source>In other words, closest first</source>
            <translation>In anderen Worten, das Ähnlichste zuerst</translation>
        </message>
        <message>
            <source>In the trash</source>
            <translation>Im Papierkorb</translation>
        </message>
        <message>
            <source>In use</source>
            <translation>In Gebrauch</translation>
        </message>
        <message>
            <source>In your hands</source>
            <translation>In deiner Hand</translation>
        </message>
        <message>
            <source>It can't be brought back, and what it taught is forgotten.</source>
            <translation>Es lässt sich nicht zurückholen, und was es beigebracht hat, wird vergessen.</translation>
        </message>
        <message>
            <source>It guides answers from the next one on, and learns from your thumbs.</source>
            <translation>Sie lenkt Antworten ab der nächsten und lernt aus deinen Daumen.</translation>
        </message>
        <message>
            <source>It has its own conversations, ratings and preferences. Nothing here changes.</source>
            <translation>Es hat eigene Unterhaltungen, Bewertungen und Vorlieben. Hier ändert sich nichts.</translation>
        </message>
        <message>
            <source>It is never saved and nothing is learned from it; when you close it, it is gone.</source>
            <translation>Er wird nie gespeichert und nichts wird aus ihm gelernt; wenn du ihn schließt, ist er weg.</translation>
        </message>
        <message>
            <source>It reads your preferences itself.</source>
            <translation>Es liest deine Vorlieben selbst.</translation>
        </message>
        <message>
            <source>It takes {total} and runs on the processor: slower than one reads. A smaller model answers faster.</source>
            <translation>Es braucht {total} und läuft auf dem Prozessor: langsamer, als man liest. Ein kleineres Modell antwortet schneller.</translation>
        </message>
        <message>
            <source>It takes {total} of the {free} that are free.</source>
            <translation>Es braucht {total} von {free}, die frei sind.</translation>
        </message>
        <message>
            <source>It takes {total}, and {free} are free. Close other programs, or choose a smaller model.</source>
            <translation>Es braucht {total}, und {free} sind frei. Schließe andere Programme oder wähle ein kleineres Modell.</translation>
        </message>
        <message>
            <source>It takes {total}, and {free} are free. With a context of {context} tokens it would fit: set that in its settings.</source>
            <translation>Es braucht {total}, und {free} sind frei. Mit einem Kontext von {context} Token würde es passen: Stelle das in seinen Einstellungen ein.</translation>
        </message>
        <message>
            <source>It takes {total}: what the GPU has no room for runs in main memory, more slowly.</source>
            <translation>Es braucht {total}: Was nicht auf die GPU passt, läuft langsamer im Arbeitsspeicher.</translation>
        </message>
        <message>
            <source>It takes {total}; the GPU has room for all of it.</source>
            <translation>Es braucht {total}; die GPU hat Platz für alles.</translation>
        </message>
        <message>
            <source>Its slider runs from one end to the other, like all the others.</source>
            <translation>Der Regler geht von einem Ende zum anderen, wie alle anderen.</translation>
        </message>
        <message>
            <source>Its slider runs from “{negative_label}” to “{positive_label}”.</source>
            <translation>Der Regler geht von „{negative_label}“ bis „{positive_label}“.</translation>
        </message>
        <message>
            <source>Its tuning reads your preferences.</source>
            <translation>Was darauf eingestellt wurde, liest deine Vorlieben.</translation>
        </message>
        <message>
            <source>I’ll keep answers {more}.</source>
            <translation>Ich mache Antworten so: {more}.</translation>
        </message>
        <message>
            <source>Jump to latest</source>
            <translation>Zum Neuesten</translation>
        </message>
        <message>
            <source>Jump to the latest message</source>
            <translation>Zur neuesten Nachricht springen</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>Behalten</translation>
        </message>
        <message>
            <source>Keep at the top</source>
            <translation>Oben anheften</translation>
        </message>
        <message>
            <source>Keep everything</source>
            <translation>Alles behalten</translation>
        </message>
        <message>
            <source>Keep the answer as it is</source>
            <translation>Die Antwort lassen, wie sie ist</translation>
        </message>
        <message>
            <source>Keep the work so far</source>
            <translation>Das Bisherige behalten</translation>
        </message>
        <message>
            <source>Keep this profile</source>
            <translation>Dieses Profil behalten</translation>
        </message>
        <message>
            <source>Keep: {text}</source>
            <translation>Behalten: {text}</translation>
        </message>
        <message>
            <source>Key: 0</source>
            <translation>Taste: 0</translation>
        </message>
        <message>
            <source>Key: ←</source>
            <translation>Taste: ←</translation>
        </message>
        <message>
            <source>Key: →</source>
            <translation>Taste: →</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>Tastenkürzel</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Sprache</translation>
        </message>
        <message>
            <source>Larger</source>
            <translation>Größer</translation>
        </message>
        <message>
            <source>Last day</source>
            <translation>Letzter Tag</translation>
        </message>
        <message>
            <source>Last used {date}</source>
            <translation>Zuletzt verwendet: {date}</translation>
        </message>
        <message>
            <source>Layers on the GPU</source>
            <translation>Schichten auf der GPU</translation>
        </message>
        <message>
            <source>Learned from {ratings}</source>
            <translation>Gelernt aus {ratings}</translation>
        </message>
        <message>
            <source>Learned from {states} words of its answers.</source>
            <translation>Gelernt aus {states} Wörtern seiner Antworten.</translation>
        </message>
        <message>
            <source>Leave it as it is</source>
            <translation>So lassen</translation>
        </message>
        <message>
            <source>Leave it to learning</source>
            <translation>Dem Lernen überlassen</translation>
        </message>
        <message>
            <source>Leaves out the unlikely tail.</source>
            <translation>Lässt das unwahrscheinliche Ende weg.</translation>
        </message>
        <message>
            <source>Leaves out what is far less likely than the best.</source>
            <translation>Lässt weg, was viel unwahrscheinlicher ist als das Beste.</translation>
        </message>
        <message>
            <source>Let the model suggest an opposite</source>
            <translation>Das Modell ein Gegenteil vorschlagen lassen</translation>
        </message>
        <message>
            <source>Let this preference guide answers</source>
            <translation>Diese Vorliebe Antworten lenken lassen</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Like the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Longest answer, in tokens</source>
            <translation>Längste Antwort, in Token</translation>
        </message>
        <message>
            <source>Looked at: the window and the engine.</source>
            <translation>Angesehen: das Fenster und die Engine.</translation>
        </message>
        <message>
            <source>Looked at: the window. The engine is not running.</source>
            <translation>Angesehen: das Fenster. Die Engine läuft nicht.</translation>
        </message>
        <message>
            <source>Looking at the connections …</source>
            <translation>Verbindungen werden angesehen …</translation>
        </message>
        <message>
            <source>Looking for the same in other words too …</source>
            <translation>Auch in anderen Worten wird gesucht …</translation>
        </message>
        <message>
            <source>Looking which slider this is about…</source>
            <translation>Sieht nach, um welchen Regler es geht…</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Sieht nach…</translation>
        </message>
        <message>
            <source>Made again now, this answer comes out differently after “{words}”.</source>
            <translation>Noch einmal erzeugt, lautet diese Antwort nach „{words}“ jetzt anders.</translation>
        </message>
        <message>
            <source>Made again now, this answer comes out differently.</source>
            <translation>Noch einmal erzeugt, lautet diese Antwort jetzt anders.</translation>
        </message>
        <message>
            <source>Make and open</source>
            <translation>Anlegen und öffnen</translation>
        </message>
        <message>
            <source>Make it a slider…</source>
            <translation>Einen Regler daraus machen…</translation>
        </message>
        <message>
            <source>Make one in the window, under Settings.</source>
            <translation>Lege eine im Fenster an, unter Einstellungen.</translation>
        </message>
        <message>
            <source>Markdown</source>
            <translation>Markdown</translation>
        </message>
        <message>
            <source>Markdown pages (*.zip)</source>
            <translation>Markdown-Seiten (*.zip)</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>Gedächtnis</translation>
        </message>
        <message>
            <source>Memory of the conversation</source>
            <translation>Gedächtnis der Unterhaltung</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>Nachricht</translation>
        </message>
        <message>
            <source>Min p</source>
            <translation>Min p</translation>
        </message>
        <message>
            <source>Model files of this repository</source>
            <translation>Modelldateien dieses Repositorys</translation>
        </message>
        <message>
            <source>Model settings</source>
            <translation>Einstellungen des Modells</translation>
        </message>
        <message>
            <source>Model: {text}</source>
            <translation>Modell: {text}</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>Models (*.gguf)</source>
            <translation>Modelle (*.gguf)</translation>
        </message>
        <message>
            <source>More</source>
            <translation>Mehr</translation>
        </message>
        <message>
            <source>More about {name}</source>
            <translation>Mehr über {name}</translation>
        </message>
        <message>
            <source>More is faster; what has no room runs on the processor.</source>
            <translation>Mehr ist schneller; was keinen Platz hat, läuft auf dem Prozessor.</translation>
        </message>
        <message>
            <source>More reads long prompts faster on a GPU.</source>
            <translation>Mehr liest lange Fragen auf einer GPU schneller.</translation>
        </message>
        <message>
            <source>More than 1 avoids saying the same again.</source>
            <translation>Mehr als 1 vermeidet Wiederholungen.</translation>
        </message>
        <message>
            <source>Move this conversation to the trash</source>
            <translation>Diese Unterhaltung in den Papierkorb legen</translation>
        </message>
        <message>
            <source>Move to folder</source>
            <translation>In Ordner verschieben</translation>
        </message>
        <message>
            <source>Move to the trash</source>
            <translation>In den Papierkorb legen</translation>
        </message>
        <message>
            <source>Move to the trash…</source>
            <translation>In den Papierkorb legen…</translation>
        </message>
        <message>
            <source>Move {name} to the trash?</source>
            <translation>{name} in den Papierkorb legen?</translation>
        </message>
        <message>
            <source>Moved by your preferences:</source>
            <translation>Von deinen Vorlieben bewegt:</translation>
        </message>
        <message>
            <source>Moved it a little toward {pole}</source>
            <translation>Etwas in Richtung {pole} verschoben</translation>
        </message>
        <message>
            <source>Moved it a lot toward {pole}</source>
            <translation>Stark in Richtung {pole} verschoben</translation>
        </message>
        <message>
            <source>Moved it clearly toward {pole}</source>
            <translation>Deutlich in Richtung {pole} verschoben</translation>
        </message>
        <message>
            <source>Movement</source>
            <translation>Bewegung</translation>
        </message>
        <message>
            <source>Moves {label}–{label2}</source>
            <translation>Bewegt {label}–{label2}</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>Name of the folder</source>
            <translation>Name des Ordners</translation>
        </message>
        <message>
            <source>Name of the profile</source>
            <translation>Name des Profils</translation>
        </message>
        <message>
            <source>Neither is better</source>
            <translation>Keine ist besser</translation>
        </message>
        <message>
            <source>New conversation</source>
            <translation>Neue Unterhaltung</translation>
        </message>
        <message>
            <source>New conversations begin with it</source>
            <translation>Neue Unterhaltungen beginnen mit ihr</translation>
        </message>
        <message>
            <source>New conversations begin with this persona</source>
            <translation>Neue Unterhaltungen beginnen mit dieser Persona</translation>
        </message>
        <message>
            <source>New folder</source>
            <translation>Neuer Ordner</translation>
        </message>
        <message>
            <source>New folder…</source>
            <translation>Neuer Ordner…</translation>
        </message>
        <message>
            <source>New persona</source>
            <translation>Neue Persona</translation>
        </message>
        <message>
            <source>New profile</source>
            <translation>Neues Profil</translation>
        </message>
        <message>
            <source>New profile…</source>
            <translation>Neues Profil…</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Weiter</translation>
        </message>
        <message>
            <source>Next answer</source>
            <translation>Nächste Antwort</translation>
        </message>
        <message>
            <source>Next message found (Enter)</source>
            <translation>Nächste Fundstelle (Enter)</translation>
        </message>
        <message>
            <source>Next version of the question</source>
            <translation>Nächste Fassung der Frage</translation>
        </message>
        <message>
            <source>No connection to the network right now.</source>
            <translation>Gerade keine Verbindung zum Netz.</translation>
        </message>
        <message>
            <source>No difference</source>
            <translation>Kein Unterschied</translation>
        </message>
        <message>
            <source>No folder</source>
            <translation>Kein Ordner</translation>
        </message>
        <message>
            <source>No longer keep at the top</source>
            <translation>Nicht mehr oben anheften</translation>
        </message>
        <message>
            <source>No longer true</source>
            <translation>Gilt nicht mehr</translation>
        </message>
        <message>
            <source>No longer true ({count})</source>
            <translation>Gilt nicht mehr ({count})</translation>
        </message>
        <message>
            <source>No model</source>
            <translation>Kein Modell</translation>
        </message>
        <message>
            <source>No movement</source>
            <translation>Keine Bewegung</translation>
        </message>
        <message>
            <source>No persona</source>
            <translation>Keine Persona</translation>
        </message>
        <message>
            <source>No preference acted on single words here.</source>
            <translation>Auf einzelne Wörter wirkte hier keine Vorliebe.</translation>
        </message>
        <message>
            <source>No preference guided this answer.</source>
            <translation>Keine Vorliebe lenkte diese Antwort.</translation>
        </message>
        <message>
            <source>No preference is called that.</source>
            <translation>Keine Vorliebe heißt so.</translation>
        </message>
        <message>
            <source>No rating stands behind this. Rate answers with the thumbs, and they show up here.</source>
            <translation>Dahinter steht keine Bewertung. Bewerte Antworten mit den Daumen, dann erscheinen sie hier.</translation>
        </message>
        <message>
            <source>None</source>
            <translation>Keine</translation>
        </message>
        <message>
            <source>None: processor only</source>
            <translation>Keine: nur Prozessor</translation>
        </message>
        <message>
            <source>Normal size</source>
            <translation>Normale Größe</translation>
        </message>
        <message>
            <source>Not everything could be looked at: the system refused.</source>
            <translation>Nicht alles konnte angesehen werden: Das System hat es verweigert.</translation>
        </message>
        <message>
            <source>Not found</source>
            <translation>Nicht gefunden</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>Nicht jetzt</translation>
        </message>
        <message>
            <source>Not true</source>
            <translation>Nicht wahr</translation>
        </message>
        <message>
            <source>Not tuned yet</source>
            <translation>Noch nicht eingestellt</translation>
        </message>
        <message>
            <source>Not tuned yet: {quoted}. It works already, with extra readings that make answers slower. Tuning makes it as fast as the rest.</source>
            <translation>Noch nicht eingestellt: {quoted}. Es wirkt schon, mit zusätzlichem Lesen, das Antworten langsamer macht. Durch Einstellen wird es so schnell wie der Rest.</translation>
        </message>
        <message>
            <source>Nothing else was found that is about it in other words.</source>
            <translation>In anderen Worten wurde sonst nichts darüber gefunden.</translation>
        </message>
        <message>
            <source>Nothing has been said yet.</source>
            <translation>Noch wurde nichts gesagt.</translation>
        </message>
        <message>
            <source>Nothing holds these words.</source>
            <translation>Nirgends stehen diese Worte.</translation>
        </message>
        <message>
            <source>Nothing is archived. Archived conversations are out of the way, and still searched and learned from.</source>
            <translation>Nichts ist archiviert. Archivierte Unterhaltungen sind aus dem Weg, werden aber weiter durchsucht, und Attune lernt weiter aus ihnen.</translation>
        </message>
        <message>
            <source>Nothing is lost: it goes on where it stopped.</source>
            <translation>Nichts ist verloren: Es geht dort weiter, wo es aufgehört hat.</translation>
        </message>
        <message>
            <source>Nothing is ticked.</source>
            <translation>Nichts ist angekreuzt.</translation>
        </message>
        <message>
            <source>Nothing learned yet</source>
            <translation>Noch nichts gelernt</translation>
        </message>
        <message>
            <source>Nothing leaves this computer.</source>
            <translation>Nichts verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>Nothing new was added.</source>
            <translation>Nichts Neues kam hinzu.</translation>
        </message>
        <message>
            <source>Nothing new: all of it is here already.</source>
            <translation>Nichts Neues: Alles ist schon hier.</translation>
        </message>
        <message>
            <source>Nothing of yours guided this answer: it is the model’s own.</source>
            <translation>Nichts von dir lenkte diese Antwort: Sie ist die des Modells.</translation>
        </message>
        <message>
            <source>Nothing was copied.</source>
            <translation>Nichts wurde kopiert.</translation>
        </message>
        <message>
            <source>Nothing was found for “{query}”.</source>
            <translation>Nichts gefunden für „{query}“.</translation>
        </message>
        <message>
            <source>Nothing was said then.</source>
            <translation>In dieser Zeit wurde nichts gesagt.</translation>
        </message>
        <message>
            <source>Nothing was written.</source>
            <translation>Nichts wurde geschrieben.</translation>
        </message>
        <message>
            <source>Nothing yet. Write something above, such as “I’m vegetarian” or “Always use metric units”, or say it in a chat: Attune asks before it remembers anything, and shows under each answer what it used.</source>
            <translation>Noch nichts. Schreib oben etwas, etwa „Ich bin Vegetarier“ oder „Verwende immer metrische Einheiten“, oder sag es in einem Chat: Attune fragt, bevor es sich etwas merkt, und zeigt unter jeder Antwort, was es verwendet hat.</translation>
        </message>
        <message>
            <source>Nothing you said contains that.</source>
            <translation>Nichts, was du gesagt hast, enthält das.</translation>
        </message>
        <message>
            <source>Nothing you say leaves this computer.</source>
            <translation>Nichts, was du sagst, verlässt diesen Computer.</translation>
        </message>
        <message>
            <source>Nothing you write leaves this computer. No account, no cloud.</source>
            <translation>Nichts, was du schreibst, verlässt diesen Computer. Kein Konto, keine Cloud.</translation>
        </message>
        <message>
            <source>Now: {words}.</source>
            <translation>Jetzt: {words}.</translation>
        </message>
        <message>
            <source>Of how many words it chooses; preferences choose among these.</source>
            <translation>Aus wie vielen Wörtern es wählt; Vorlieben wählen unter diesen.</translation>
        </message>
        <message>
            <source>Of your last {count} ratings, Attune would have foreseen {foreseen}; always guessing your more usual thumb would have got {usual}.</source>
            <translation>Von deinen letzten {count} Bewertungen hätte Attune {foreseen} vorausgesagt; wer immer auf deinen häufigeren Daumen tippt, träfe {usual}.</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Older</source>
            <translation>Älter</translation>
        </message>
        <message>
            <source>On</source>
            <translation>An</translation>
        </message>
        <message>
            <source>On a slider, the handle is your setting, and the mark with a band what was learned, and how surely.</source>
            <translation>Auf einem Regler ist der Griff deine Einstellung, die Marke mit dem Band das Gelernte und wie sicher es ist.</translation>
        </message>
        <message>
            <source>On this computer</source>
            <translation>Auf diesem Computer</translation>
        </message>
        <message>
            <source>One per core</source>
            <translation>Einer je Kern</translation>
        </message>
        <message>
            <source>Only these very words were looked for: {sentence} {next_step}</source>
            <translation>Nur nach genau diesen Worten wurde gesucht: {sentence} {next_step}</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>Open Attune</source>
            <translation>Attune öffnen</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Open its folder</source>
            <translation>Seinen Ordner öffnen</translation>
        </message>
        <message>
            <source>Open the answer that used it last</source>
            <translation>Die Antwort öffnen, die das zuletzt verwendet hat</translation>
        </message>
        <message>
            <source>Open the conversation at: {question}</source>
            <translation>Die Unterhaltung öffnen bei: {question}</translation>
        </message>
        <message>
            <source>Open the conversation “{title}” where this was said</source>
            <translation>Die Unterhaltung „{title}“ öffnen, in der das gesagt wurde</translation>
        </message>
        <message>
            <source>Open the data folder</source>
            <translation>Datenordner öffnen</translation>
        </message>
        <message>
            <source>Open the folder of models</source>
            <translation>Den Ordner der Modelle öffnen</translation>
        </message>
        <message>
            <source>Open the last answer that used: {text}</source>
            <translation>Die letzte Antwort öffnen, die das verwendet hat: {text}</translation>
        </message>
        <message>
            <source>Open the trash</source>
            <translation>Papierkorb öffnen</translation>
        </message>
        <message>
            <source>Open where this was said</source>
            <translation>Öffnen, wo das gesagt wurde</translation>
        </message>
        <message>
            <source>Opening {name}…</source>
            <translation>{name} wird geöffnet…</translation>
        </message>
        <message>
            <source>Opening {name}… {fraction}</source>
            <translation>{name} wird geöffnet… {fraction}</translation>
        </message>
        <message>
            <source>Opening “{name}”…</source>
            <translation>„{name}“ wird geöffnet…</translation>
        </message>
        <message>
            <source>Other profiles</source>
            <translation>Andere Profile</translation>
        </message>
        <message>
            <source>Other…</source>
            <translation>Anderes …</translation>
        </message>
        <message>
            <source>PDF pages (*.zip)</source>
            <translation>PDF-Seiten (*.zip)</translation>
        </message>
        <message>
            <source>Pages of the explanation</source>
            <translation>Seiten der Erklärung</translation>
        </message>
        <message>
            <source>Pages of the preferences</source>
            <translation>Seiten der Vorlieben</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <translation>Seiten der Einstellungen</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>Pause the download of {name}</source>
            <translation>Den Download von {name} anhalten</translation>
        </message>
        <message>
            <source>Pause tuning</source>
            <translation>Einstellen anhalten</translation>
        </message>
        <message>
            <source>Paused: {done} of {size} are here.</source>
            <translation>Pausiert: {done} von {size} sind da.</translation>
        </message>
        <message>
            <source>Perhaps also {guessed}; that is still a guess.</source>
            <translation>Vielleicht auch {guessed}; das ist noch eine Vermutung.</translation>
        </message>
        <message>
            <source>Perhaps also {words}.</source>
            <translation>Vielleicht auch: {words}.</translation>
        </message>
        <message>
            <source>Perhaps you like {guessed}; that is still a guess.</source>
            <translation>Vielleicht magst du {guessed}; das ist noch eine Vermutung.</translation>
        </message>
        <message>
            <source>Perhaps {words}.</source>
            <translation>Vielleicht: {words}.</translation>
        </message>
        <message>
            <source>Persona</source>
            <translation>Persona</translation>
        </message>
        <message>
            <source>Persona to edit</source>
            <translation>Persona zum Bearbeiten</translation>
        </message>
        <message>
            <source>Persona “{name}”</source>
            <translation>Persona „{name}“</translation>
        </message>
        <message>
            <source>Persona: {name}</source>
            <translation>Persona: {name}</translation>
        </message>
        <message>
            <source>Personas</source>
            <translation>Personas</translation>
        </message>
        <message>
            <source>Pin</source>
            <translation>Anheften</translation>
        </message>
        <message>
            <source>Pin or unpin this conversation</source>
            <translation>Diese Unterhaltung anheften oder lösen</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>Angeheftet</translation>
        </message>
        <message>
            <source>Plan a quiet Sunday in four steps</source>
            <translation>Plane einen ruhigen Sonntag in vier Schritten</translation>
        </message>
        <message>
            <source>Poetic</source>
            <translation>Poetisch</translation>
        </message>
        <message>
            <source>Point at a preference, or go to it with Tab, to see how an answer begins with it.</source>
            <translation>Zeige auf eine Vorliebe oder gehe mit Tab zu ihr, um zu sehen, wie eine Antwort damit beginnt.</translation>
        </message>
        <message>
            <source>Preference whose weight is shown</source>
            <translation>Vorliebe, deren Gewicht gezeigt wird</translation>
        </message>
        <message>
            <source>Preferences</source>
            <translation>Vorlieben</translation>
        </message>
        <message>
            <source>Preferences read by {name}</source>
            <translation>Vorlieben liest {name}</translation>
        </message>
        <message>
            <source>Preferences slow this model down until Attune is tuned to it.</source>
            <translation>Vorlieben machen dieses Modell langsamer, bis Attune darauf eingestellt ist.</translation>
        </message>
        <message>
            <source>Press a key to change it.</source>
            <translation>Drücke auf eine Taste, um sie zu ändern.</translation>
        </message>
        <message>
            <source>Press keys…</source>
            <translation>Tasten drücken…</translation>
        </message>
        <message>
            <source>Press the new keys, or Esc to leave it as it is.</source>
            <translation>Drücke die neuen Tasten oder Esc, um alles so zu lassen.</translation>
        </message>
        <message>
            <source>Press to choose other keys</source>
            <translation>Drücken, um andere Tasten zu wählen</translation>
        </message>
        <message>
            <source>Previous 7 days</source>
            <translation>Letzte 7 Tage</translation>
        </message>
        <message>
            <source>Previous answer</source>
            <translation>Vorherige Antwort</translation>
        </message>
        <message>
            <source>Previous message found (Shift+Enter)</source>
            <translation>Vorherige Fundstelle (Umschalt+Enter)</translation>
        </message>
        <message>
            <source>Previous version of the question</source>
            <translation>Vorherige Fassung der Frage</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>Privatsphäre</translation>
        </message>
        <message>
            <source>Private</source>
            <translation>Privat</translation>
        </message>
        <message>
            <source>Processor threads</source>
            <translation>Prozessor-Threads</translation>
        </message>
        <message>
            <source>Profiles</source>
            <translation>Profile</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>Progress of this step</source>
            <translation>Fortschritt dieses Schritts</translation>
        </message>
        <message>
            <source>Prompt tokens at once</source>
            <translation>Token der Frage auf einmal</translation>
        </message>
        <message>
            <source>Quick question</source>
            <translation>Schnelle Frage</translation>
        </message>
        <message>
            <source>Quick question over all windows</source>
            <translation>Schnelle Frage über allen Fenstern</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Beenden</translation>
        </message>
        <message>
            <source>Quit Attune</source>
            <translation>Attune beenden</translation>
        </message>
        <message>
            <source>Quit it from this icon’s menu.</source>
            <translation>Beenden kannst du es im Menü dieses Symbols.</translation>
        </message>
        <message>
            <source>Rate an answer with a thumb, and the next one is closer to your taste.</source>
            <translation>Bewerte eine Antwort mit dem Daumen, und die nächste trifft deinen Geschmack besser.</translation>
        </message>
        <message>
            <source>Rate answers in other chats.</source>
            <translation>Bewerte Antworten in anderen Chats.</translation>
        </message>
        <message>
            <source>Rating</source>
            <translation>Bewertung</translation>
        </message>
        <message>
            <source>Rating {last}</source>
            <translation>Bewertung {last}</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>Bewertungen</translation>
        </message>
        <message>
            <source>Ratings of “{question}” and the like</source>
            <translation>Bewertungen zu „{question}“ und Ähnlichem</translation>
        </message>
        <message>
            <source>Ratings {first} to {last}</source>
            <translation>Bewertungen {first} bis {last}</translation>
        </message>
        <message>
            <source>Reading questions that were not compared before: {done} of {of} …</source>
            <translation>Fragen werden gelesen, die noch nicht verglichen wurden: {done} von {of} …</translation>
        </message>
        <message>
            <source>Remember</source>
            <translation>Merken</translation>
        </message>
        <message>
            <source>Remember this?</source>
            <translation>Soll ich mir das merken?</translation>
        </message>
        <message>
            <source>Remember this? {text}</source>
            <translation>Soll ich mir das merken? {text}</translation>
        </message>
        <message>
            <source>Remember what you just said</source>
            <translation>Merken, was du gerade gesagt hast</translation>
        </message>
        <message>
            <source>Remember what?</source>
            <translation>Was soll ich mir merken?</translation>
        </message>
        <message>
            <source>Remember: {text}</source>
            <translation>Merken: {text}</translation>
        </message>
        <message>
            <source>Remembered on this computer</source>
            <translation>Auf diesem Computer gemerkt</translation>
        </message>
        <message>
            <source>Remembered: {text}</source>
            <translation>Gemerkt: {text}</translation>
        </message>
        <message>
            <source>Remove {name}</source>
            <translation>{name} entfernen</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>Umbenennen</translation>
        </message>
        <message>
            <source>Rename this conversation</source>
            <translation>Diese Unterhaltung umbenennen</translation>
        </message>
        <message>
            <source>Rename this profile</source>
            <translation>Dieses Profil umbenennen</translation>
        </message>
        <message>
            <source>Rename this profile…</source>
            <translation>Dieses Profil umbenennen…</translation>
        </message>
        <message>
            <source>Repetition penalty</source>
            <translation>Strafe für Wiederholung</translation>
        </message>
        <message>
            <source>Repository, as owner/name</source>
            <translation>Repository, als Besitzer/Name</translation>
        </message>
        <message>
            <source>Reset {negative} to {positive}</source>
            <translation>{negative} bis {positive} zurücksetzen</translation>
        </message>
        <message>
            <source>Restart Attune; if it happens again, report the log.</source>
            <translation>Starte Attune neu; wenn es wieder geschieht, melde es mit dem Protokoll.</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>Wiederherstellen</translation>
        </message>
        <message>
            <source>Restore all</source>
            <translation>Alle zurücksetzen</translation>
        </message>
        <message>
            <source>Restore defaults</source>
            <translation>Standard wiederherstellen</translation>
        </message>
        <message>
            <source>Restore the keys of “{help}”</source>
            <translation>Die Tasten von „{help}“ zurücksetzen</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>Weitermachen</translation>
        </message>
        <message>
            <source>Resume tuning</source>
            <translation>Mit dem Einstellen weitermachen</translation>
        </message>
        <message>
            <source>Resume…</source>
            <translation>Weitermachen…</translation>
        </message>
        <message>
            <source>Said after your question, for this answer only</source>
            <translation>Nach deiner Frage gesagt, nur für diese Antwort</translation>
        </message>
        <message>
            <source>Said before Attune ended unexpectedly: its numbers were not kept.</source>
            <translation>Gesagt, bevor Attune unerwartet endete: Die Zahlen dazu wurden nicht aufgehoben.</translation>
        </message>
        <message>
            <source>Said in “{title}”</source>
            <translation>Gesagt in „{title}“</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>Save again when it is done.</source>
            <translation>Speichere noch einmal, wenn sie fertig ist.</translation>
        </message>
        <message>
            <source>Save it as UTF-8, or paste its text.</source>
            <translation>Speichere die Datei als UTF-8 oder füge ihren Text ein.</translation>
        </message>
        <message>
            <source>Save this persona</source>
            <translation>Diese Persona speichern</translation>
        </message>
        <message>
            <source>Save what you wrote</source>
            <translation>Speichern, was du geschrieben hast</translation>
        </message>
        <message>
            <source>Save your version</source>
            <translation>Deine Fassung speichern</translation>
        </message>
        <message>
            <source>Save your version (Ctrl+Enter)</source>
            <translation>Deine Fassung speichern (Strg+Enter)</translation>
        </message>
        <message>
            <source>Saved as “{name}”.</source>
            <translation>Als „{name}“ gespeichert.</translation>
        </message>
        <message>
            <source>Saved on this computer. Attune will learn from it as soon as it has reread both answers.</source>
            <translation>Auf diesem Computer gespeichert. Attune lernt daraus, sobald es beide Antworten noch einmal gelesen hat.</translation>
        </message>
        <message>
            <source>Saved on this computer. Attune will learn from it as soon as it has reread this answer.</source>
            <translation>Auf diesem Computer gespeichert. Attune lernt daraus, sobald es diese Antwort neu gelesen hat.</translation>
        </message>
        <message>
            <source>Saved on this computer. Future answers like this: {words}.</source>
            <translation>Auf diesem Computer gespeichert. Künftige Antworten wie diese: {words}.</translation>
        </message>
        <message>
            <source>Saved on this computer. It agrees with what Attune already does.</source>
            <translation>Auf diesem Computer gespeichert. Das passt zu dem, was Attune schon tut.</translation>
        </message>
        <message>
            <source>Saved on this computer. One more vote for what Attune already does.</source>
            <translation>Auf diesem Computer gespeichert. Eine Stimme mehr für das, was Attune schon tut.</translation>
        </message>
        <message>
            <source>Saved on this computer. That is about facts, so your taste stays as it is.</source>
            <translation>Auf diesem Computer gespeichert. Da geht es um Tatsachen, darum bleibt dein Geschmack, wie er ist.</translation>
        </message>
        <message>
            <source>Saved on this computer. While the strength is Off, answers stay as they are.</source>
            <translation>Auf diesem Computer gespeichert. Solange die Stärke auf „Aus“ steht, bleiben die Antworten, wie sie sind.</translation>
        </message>
        <message>
            <source>Saved on this computer: no difference. These two teach nothing.</source>
            <translation>Auf diesem Computer gespeichert: kein Unterschied. Aus diesen beiden lernt Attune nichts.</translation>
        </message>
        <message>
            <source>Saved.</source>
            <translation>Gespeichert.</translation>
        </message>
        <message>
            <source>Saved. Attune will learn from what you changed.</source>
            <translation>Gespeichert. Attune lernt aus dem, was du geändert hast.</translation>
        </message>
        <message>
            <source>Saved. The model is loaded again.</source>
            <translation>Gespeichert. Das Modell wird neu geladen.</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Wird gespeichert…</translation>
        </message>
        <message>
            <source>Say what was good…</source>
            <translation>Sag, was gut war …</translation>
        </message>
        <message>
            <source>Say why</source>
            <translation>Sag, warum</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>Suchen</translation>
        </message>
        <message>
            <source>Search conversations</source>
            <translation>Unterhaltungen durchsuchen</translation>
        </message>
        <message>
            <source>Search titles and messages</source>
            <translation>Titel und Nachrichten durchsuchen</translation>
        </message>
        <message>
            <source>See other models</source>
            <translation>Andere Modelle ansehen</translation>
        </message>
        <message>
            <source>See the ratings that moved it</source>
            <translation>Die Bewertungen ansehen, die es verschoben haben</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>Senden</translation>
        </message>
        <message>
            <source>Send (Enter)</source>
            <translation>Senden (Enter)</translation>
        </message>
        <message>
            <source>Send ({keys})</source>
            <translation>Senden ({keys})</translation>
        </message>
        <message>
            <source>Sends; Shift + Enter breaks the line</source>
            <translation>Sendet; Umschalt + Enter bricht die Zeile um</translation>
        </message>
        <message>
            <source>Set by you</source>
            <translation>Von dir eingestellt</translation>
        </message>
        <message>
            <source>Set by you, at {start}</source>
            <translation>Von dir gesetzt, bei {start}</translation>
        </message>
        <message>
            <source>Set the context length back under Models, or answer again.</source>
            <translation>Stell die Kontextlänge unter Modelle zurück, oder lass neu antworten.</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Settings…</source>
            <translation>Einstellungen…</translation>
        </message>
        <message>
            <source>Share of ratings that were foreseen</source>
            <translation>Anteil der vorausgesagten Bewertungen</translation>
        </message>
        <message>
            <source>Shift + Enter</source>
            <translation>Umschalt + Enter</translation>
        </message>
        <message>
            <source>Shift + Enter sends  ·  Enter breaks the line</source>
            <translation>Umschalt + Enter sendet  ·  Enter bricht die Zeile um</translation>
        </message>
        <message>
            <source>Short name</source>
            <translation>Kurzer Name</translation>
        </message>
        <message>
            <source>Short name of the opposite</source>
            <translation>Kurzer Name des Gegenteils</translation>
        </message>
        <message>
            <source>Should fit in memory</source>
            <translation>Sollte in den Speicher passen</translation>
        </message>
        <message>
            <source>Should fit on the GPU</source>
            <translation>Sollte auf die GPU passen</translation>
        </message>
        <message>
            <source>Should fit partly on the GPU</source>
            <translation>Sollte zum Teil auf die GPU passen</translation>
        </message>
        <message>
            <source>Show all settings</source>
            <translation>Alle Einstellungen zeigen</translation>
        </message>
        <message>
            <source>Show more ratings</source>
            <translation>Mehr Bewertungen zeigen</translation>
        </message>
        <message>
            <source>Show or hide conversations</source>
            <translation>Unterhaltungen ein- oder ausblenden</translation>
        </message>
        <message>
            <source>Show or hide preferences</source>
            <translation>Vorlieben ein- oder ausblenden</translation>
        </message>
        <message>
            <source>Show the models</source>
            <translation>Die Modelle zeigen</translation>
        </message>
        <message>
            <source>Show the ratings</source>
            <translation>Bewertungen zeigen</translation>
        </message>
        <message>
            <source>Show the ratings behind “{pole}”</source>
            <translation>Die Bewertungen hinter „{pole}“ zeigen</translation>
        </message>
        <message>
            <source>Show the welcome again</source>
            <translation>Begrüßung noch einmal zeigen</translation>
        </message>
        <message>
            <source>Show these shortcuts</source>
            <translation>Diese Tastenkürzel zeigen</translation>
        </message>
        <message>
            <source>Show what would go</source>
            <translation>Zeigen, was wegfiele</translation>
        </message>
        <message>
            <source>Situations</source>
            <translation>Situationen</translation>
        </message>
        <message>
            <source>Skip</source>
            <translation>Überspringen</translation>
        </message>
        <message>
            <source>Skip the welcome</source>
            <translation>Die Begrüßung überspringen</translation>
        </message>
        <message>
            <source>Sliders</source>
            <translation>Regler</translation>
        </message>
        <message>
            <source>Smaller</source>
            <translation>Kleiner</translation>
        </message>
        <message>
            <source>Sober</source>
            <translation>Nüchtern</translation>
        </message>
        <message>
            <source>Something to remember</source>
            <translation>Etwas zum Merken</translation>
        </message>
        <message>
            <source>Something went wrong inside Attune.</source>
            <translation>In Attune ist etwas schiefgegangen.</translation>
        </message>
        <message>
            <source>Something you had said went along with this answer, and has been forgotten since.</source>
            <translation>Etwas, das du einmal gesagt hattest, ging in diese Antwort ein und ist seitdem vergessen worden.</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Los geht’s</translation>
        </message>
        <message>
            <source>Stay here when the window is closed</source>
            <translation>Hierbleiben, wenn das Fenster geschlossen wird</translation>
        </message>
        <message>
            <source>Step back to the model’s own answer and open this there.</source>
            <translation>Geh zurück zur Antwort des Modells und öffne das hier dort.</translation>
        </message>
        <message>
            <source>Step {step} of {steps}: {stage}, {fraction}</source>
            <translation>Schritt {step} von {steps}: {stage}, {fraction}</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>Anhalten (Esc)</translation>
        </message>
        <message>
            <source>Stop copying</source>
            <translation>Kopieren anhalten</translation>
        </message>
        <message>
            <source>Stop it, or wait until it is done.</source>
            <translation>Halte sie an oder warte, bis sie fertig ist.</translation>
        </message>
        <message>
            <source>Stop or close</source>
            <translation>Anhalten oder schließen</translation>
        </message>
        <message>
            <source>Stop the answer; close what is open</source>
            <translation>Die Antwort anhalten; schließen, was offen ist</translation>
        </message>
        <message>
            <source>Strength of your preferences</source>
            <translation>Stärke deiner Vorlieben</translation>
        </message>
        <message>
            <source>Strong</source>
            <translation>Stark</translation>
        </message>
        <message>
            <source>Struck through: only on the left. Underlined: only on the right.</source>
            <translation>Durchgestrichen: nur links. Unterstrichen: nur rechts.</translation>
        </message>
        <message>
            <source>Subtle</source>
            <translation>Sanft</translation>
        </message>
        <message>
            <source>Suggest</source>
            <translation>Vorschlagen</translation>
        </message>
        <message>
            <source>Suggested by the model. Change it as you like.</source>
            <translation>Ein Vorschlag des Modells. Ändere ihn, wie du magst.</translation>
        </message>
        <message>
            <source>Switched off</source>
            <translation>Ausgeschaltet</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>Zurücknehmen</translation>
        </message>
        <message>
            <source>Take back: {question}</source>
            <translation>Zurücknehmen: {question}</translation>
        </message>
        <message>
            <source>Take off the list</source>
            <translation>Von der Liste nehmen</translation>
        </message>
        <message>
            <source>Take out of the archive</source>
            <translation>Aus dem Archiv holen</translation>
        </message>
        <message>
            <source>Taken back. Answers are as if you had never rated this one.</source>
            <translation>Zurückgenommen. Antworten sind, als hättest du diese nie bewertet.</translation>
        </message>
        <message>
            <source>Taken back. Attune is as if you had never chosen here.</source>
            <translation>Zurückgenommen. Attune ist, als hättest du hier nie gewählt.</translation>
        </message>
        <message>
            <source>Taken back. What it taught is gone with it.</source>
            <translation>Zurückgenommen. Was daraus gelernt wurde, ist mit verschwunden.</translation>
        </message>
        <message>
            <source>Taking it back…</source>
            <translation>Wird zurückgenommen…</translation>
        </message>
        <message>
            <source>Tell me when a long answer is ready</source>
            <translation>Melden, wenn eine lange Antwort fertig ist</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>Temperatur</translation>
        </message>
        <message>
            <source>Temporary chat</source>
            <translation>Temporärer Chat</translation>
        </message>
        <message>
            <source>Temporary chat: not saved, not learned from</source>
            <translation>Temporärer Chat: nicht gespeichert, nichts daraus gelernt</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Textgröße</translation>
        </message>
        <message>
            <source>Thank you. Your next answers start from here.</source>
            <translation>Danke. Deine nächsten Antworten gehen davon aus.</translation>
        </message>
        <message>
            <source>That frees {size} once the trash is emptied. Conversations stay.</source>
            <translation>Das gibt {size} frei, sobald der Papierkorb geleert ist. Unterhaltungen bleiben.</translation>
        </message>
        <message>
            <source>That hardly changes anything.</source>
            <translation>Das ändert kaum etwas.</translation>
        </message>
        <message>
            <source>That key is needed for writing. Press it together with Ctrl or Alt.</source>
            <translation>Diese Taste wird zum Schreiben gebraucht. Drücke sie zusammen mit Strg oder Alt.</translation>
        </message>
        <message>
            <source>That name is too long.</source>
            <translation>Dieser Name ist zu lang.</translation>
        </message>
        <message>
            <source>The Enter key</source>
            <translation>Die Enter-Taste</translation>
        </message>
        <message>
            <source>The answer was stopped before its first word.</source>
            <translation>Die Antwort wurde vor ihrem ersten Wort angehalten.</translation>
        </message>
        <message>
            <source>The answer, to be edited</source>
            <translation>Die Antwort, zum Bearbeiten</translation>
        </message>
        <message>
            <source>The answer, word by word</source>
            <translation>Die Antwort, Wort für Wort</translation>
        </message>
        <message>
            <source>The built-in {name} finds what was said before.</source>
            <translation>Das eingebaute {name} findet, was früher gesagt wurde.</translation>
        </message>
        <message>
            <source>The disk is full.</source>
            <translation>Das Laufwerk ist voll.</translation>
        </message>
        <message>
            <source>The embedded model</source>
            <translation>Das eingebaute Modell</translation>
        </message>
        <message>
            <source>The export was stopped.</source>
            <translation>Der Export wurde angehalten.</translation>
        </message>
        <message>
            <source>The file ends in the middle: what came before is kept.</source>
            <translation>Die Datei endet mittendrin: Was davor kam, bleibt erhalten.</translation>
        </message>
        <message>
            <source>The file system refused “{name}”: {reason}.</source>
            <translation>Das Dateisystem hat „{name}“ verweigert: {reason}.</translation>
        </message>
        <message>
            <source>The file system refused: {reason}.</source>
            <translation>Das Dateisystem hat sich verweigert: {reason}.</translation>
        </message>
        <message>
            <source>The filled mark is what you like there, the hollow one what you like everywhere.</source>
            <translation>Die volle Marke zeigt, was du dort magst, die hohle, was du überall magst.</translation>
        </message>
        <message>
            <source>The first answer</source>
            <translation>Die erste Antwort</translation>
        </message>
        <message>
            <source>The first answer: {answer}</source>
            <translation>Die erste Antwort: {answer}</translation>
        </message>
        <message>
            <source>The first day comes after the last. Change one of them.</source>
            <translation>Der erste Tag liegt nach dem letzten. Ändere einen davon.</translation>
        </message>
        <message>
            <source>The largest of those below that fits on your GPU whole: {about}. It takes about {size} of the {free} free there.</source>
            <translation>Das größte von denen unten, das ganz auf deine GPU passt: {about}. Es braucht etwa {size} von {free}, die dort frei sind.</translation>
        </message>
        <message>
            <source>The largest of those below that still answers at a good pace without a GPU: {about}. It takes about {size} of the {free} that are free.</source>
            <translation>Das größte von denen unten, das auch ohne GPU in gutem Tempo antwortet: {about}. Es braucht etwa {size} von {free}, die frei sind.</translation>
        </message>
        <message>
            <source>The left answer is better</source>
            <translation>Die linke Antwort ist besser</translation>
        </message>
        <message>
            <source>The model had no good idea, so this only says not to. Say it better if you can.</source>
            <translation>Das Modell hatte keine gute Idee, darum steht hier nur eine Verneinung. Sag es besser, wenn du kannst.</translation>
        </message>
        <message>
            <source>The model is loaded again when you save.</source>
            <translation>Das Modell wird neu geladen, wenn du speicherst.</translation>
        </message>
        <message>
            <source>The model writes it anew from the same random numbers, without your preferences. What you told Attune about yourself still goes along. Nothing of it is kept.</source>
            <translation>Das Modell schreibt sie neu, aus denselben Zufallszahlen, ohne deine Vorlieben. Was du Attune über dich gesagt hast, geht weiter mit. Nichts davon wird aufgehoben.</translation>
        </message>
        <message>
            <source>The next answer will come from {name}.</source>
            <translation>Die nächste Antwort kommt von {name}.</translation>
        </message>
        <message>
            <source>The opposite</source>
            <translation>Das Gegenteil</translation>
        </message>
        <message>
            <source>The profile “{name}”. It stays on this computer.</source>
            <translation>Das Profil „{name}“. Es bleibt auf diesem Computer.</translation>
        </message>
        <message>
            <source>The right answer is better</source>
            <translation>Die rechte Antwort ist besser</translation>
        </message>
        <message>
            <source>The second answer</source>
            <translation>Die zweite Antwort</translation>
        </message>
        <message>
            <source>The second answer: {answer}</source>
            <translation>Die zweite Antwort: {answer}</translation>
        </message>
        <message>
            <source>The system does not show every connection.</source>
            <translation>Das System zeigt nicht jede Verbindung.</translation>
        </message>
        <message>
            <source>The topic, in a few words</source>
            <translation>Das Thema in wenigen Worten</translation>
        </message>
        <message>
            <source>The trash did not take {name}. Delete it from its folder instead.</source>
            <translation>Der Papierkorb hat {name} nicht angenommen. Lösche es stattdessen in seinem Ordner.</translation>
        </message>
        <message>
            <source>The trash is empty. What you delete stays here for {days} days.</source>
            <translation>Der Papierkorb ist leer. Was du löschst, bleibt {days} Tage hier.</translation>
        </message>
        <message>
            <source>The weight over time</source>
            <translation>Das Gewicht im Lauf der Zeit</translation>
        </message>
        <message>
            <source>The whole conversation “{text}”</source>
            <translation>Die ganze Unterhaltung „{text}“</translation>
        </message>
        <message numerus="yes">
            <source>The {n} oldest messages did not fit the model’s memory for this answer.</source>
            <translation>
                <numerusform>Die älteste Nachricht passte für diese Antwort nicht mehr ins Gedächtnis des Modells.</numerusform>
                <numerusform>Die {n} ältesten Nachrichten passten für diese Antwort nicht mehr ins Gedächtnis des Modells.</numerusform>
            </translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>Farben</translation>
        </message>
        <message>
            <source>Theme: {choice}</source>
            <translation>Farben: {choice}</translation>
        </message>
        <message>
            <source>There are no conversations in this archive.</source>
            <translation>In diesem Archiv sind keine Unterhaltungen.</translation>
        </message>
        <message>
            <source>There are no conversations in this file.</source>
            <translation>In dieser Datei sind keine Unterhaltungen.</translation>
        </message>
        <message>
            <source>There are no conversations to export.</source>
            <translation>Es gibt keine Unterhaltungen zu exportieren.</translation>
        </message>
        <message>
            <source>There is a profile “{name}” already.</source>
            <translation>Es gibt schon ein Profil „{name}“.</translation>
        </message>
        <message>
            <source>There is no file “{name}”.</source>
            <translation>Es gibt keine Datei „{name}“.</translation>
        </message>
        <message>
            <source>There is no file.</source>
            <translation>Diese Datei gibt es nicht.</translation>
        </message>
        <message>
            <source>There is no persona called “{name}”.</source>
            <translation>Es gibt keine Persona namens „{name}“.</translation>
        </message>
        <message>
            <source>There is no profile “{names}”.</source>
            <translation>Es gibt kein Profil „{names}“.</translation>
        </message>
        <message>
            <source>There is {names}. Another is made with: attune profiles add NAME</source>
            <translation>Es gibt {names}. Ein weiteres legst du an mit: attune profiles add NAME</translation>
        </message>
        <message>
            <source>There was nothing left to forget.</source>
            <translation>Es gab nichts mehr zu vergessen.</translation>
        </message>
        <message>
            <source>Thinking</source>
            <translation>Denkt nach</translation>
        </message>
        <message>
            <source>Thinking…</source>
            <translation>Denkt nach…</translation>
        </message>
        <message>
            <source>This answer has no words.</source>
            <translation>Diese Antwort hat keine Wörter.</translation>
        </message>
        <message>
            <source>This answer reached the longest that is allowed.</source>
            <translation>Diese Antwort hat die größte erlaubte Länge erreicht.</translation>
        </message>
        <message>
            <source>This answer was continued; these guided its last part.</source>
            <translation>Diese Antwort wurde fortgesetzt; das hier lenkte ihren letzten Teil.</translation>
        </message>
        <message>
            <source>This answer was interrupted here.</source>
            <translation>Diese Antwort wurde hier unterbrochen.</translation>
        </message>
        <message>
            <source>This archive has a password, or is packed in a way Attune can't read.</source>
            <translation>Dieses Archiv hat ein Passwort oder ist so gepackt, dass Attune es nicht lesen kann.</translation>
        </message>
        <message>
            <source>This archive is damaged.</source>
            <translation>Dieses Archiv ist beschädigt.</translation>
        </message>
        <message>
            <source>This can’t be undone.</source>
            <translation>Das lässt sich nicht rückgängig machen.</translation>
        </message>
        <message>
            <source>This can’t be undone. There is no copy anywhere else.</source>
            <translation>Das lässt sich nicht rückgängig machen. Es gibt nirgends sonst eine Kopie.</translation>
        </message>
        <message>
            <source>This chat is not saved and teaches Attune nothing. It is gone when you leave it.</source>
            <translation>Dieser Chat wird nicht gespeichert und bringt Attune nichts bei. Er ist weg, wenn du ihn verlässt.</translation>
        </message>
        <message>
            <source>This chat teaches Attune nothing</source>
            <translation>Dieser Chat bringt Attune nichts bei</translation>
        </message>
        <message>
            <source>This computer: {memory}. No GPU that Attune can use.</source>
            <translation>Dieser Computer: {memory}. Keine GPU, die Attune nutzen kann.</translation>
        </message>
        <message>
            <source>This computer: {memory}. {description} with {size} free.</source>
            <translation>Dieser Computer: {memory}. {description} mit {size} frei.</translation>
        </message>
        <message>
            <source>This conversation is in the trash. What it taught does not count.</source>
            <translation>Diese Unterhaltung liegt im Papierkorb. Was sie beigebracht hat, zählt nicht.</translation>
        </message>
        <message>
            <source>This file holds no conversations that Attune knows.</source>
            <translation>In dieser Datei sind keine Unterhaltungen, die Attune kennt.</translation>
        </message>
        <message>
            <source>This file is damaged.</source>
            <translation>Diese Datei ist beschädigt.</translation>
        </message>
        <message>
            <source>This file is no longer where it was. Put it back, or take the model off the list.</source>
            <translation>Diese Datei ist nicht mehr da, wo sie war. Lege sie zurück oder nimm das Modell von der Liste.</translation>
        </message>
        <message>
            <source>This is a small model.</source>
            <translation>Das ist ein kleines Modell.</translation>
        </message>
        <message>
            <source>This is a whole profile, with all it learned.</source>
            <translation>Das ist ein ganzes Profil mit allem, was es gelernt hat.</translation>
        </message>
        <message>
            <source>This is the answer without you: nothing you taught, set or wished guided it.</source>
            <translation>Das ist die Antwort ohne dich: Nichts, was du gelehrt, gesetzt oder gewünscht hast, lenkte sie.</translation>
        </message>
        <message>
            <source>This message is too long for the model. Shorten it, or attach less.</source>
            <translation>Diese Nachricht ist zu lang für das Modell. Kürze sie oder hänge weniger an.</translation>
        </message>
        <message>
            <source>This model</source>
            <translation>Dieses Modell</translation>
        </message>
        <message>
            <source>This one →</source>
            <translation>Diese →</translation>
        </message>
        <message>
            <source>This question got no answer.</source>
            <translation>Diese Frage bekam keine Antwort.</translation>
        </message>
        <message>
            <source>This rests on {sources}.</source>
            <translation>Grundlage: {sources}.</translation>
        </message>
        <message>
            <source>Tick all</source>
            <translation>Alles ankreuzen</translation>
        </message>
        <message>
            <source>Tick none</source>
            <translation>Nichts ankreuzen</translation>
        </message>
        <message>
            <source>Tilted toward {tilts}</source>
            <translation>Geneigt zu {tilts}</translation>
        </message>
        <message>
            <source>Tilted toward: {spoken}</source>
            <translation>Geneigt zu: {spoken}</translation>
        </message>
        <message>
            <source>Time left is not known yet. Chatting goes first.</source>
            <translation>Die restliche Zeit ist noch nicht bekannt. Chatten geht vor.</translation>
        </message>
        <message>
            <source>Title of the conversation</source>
            <translation>Titel der Unterhaltung</translation>
        </message>
        <message>
            <source>Title of this conversation</source>
            <translation>Titel dieser Unterhaltung</translation>
        </message>
        <message>
            <source>To ask from anywhere, give the command “attune --quick” a shortcut in your system’s settings.</source>
            <translation>Um von überall zu fragen, gib dem Befehl „attune --quick“ in den Einstellungen deines Systems ein Tastenkürzel.</translation>
        </message>
        <message>
            <source>To download</source>
            <translation>Zum Herunterladen</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Heute</translation>
        </message>
        <message>
            <source>Together</source>
            <translation>Zusammen</translation>
        </message>
        <message>
            <source>Too long</source>
            <translation>Zu lang</translation>
        </message>
        <message>
            <source>Too short</source>
            <translation>Zu kurz</translation>
        </message>
        <message>
            <source>Too simple</source>
            <translation>Zu einfach</translation>
        </message>
        <message>
            <source>Too technical</source>
            <translation>Zu fachlich</translation>
        </message>
        <message>
            <source>Top k</source>
            <translation>Top k</translation>
        </message>
        <message>
            <source>Top p</source>
            <translation>Top p</translation>
        </message>
        <message>
            <source>Toward {pole}</source>
            <translation>Richtung {pole}</translation>
        </message>
        <message>
            <source>Trash</source>
            <translation>Papierkorb</translation>
        </message>
        <message>
            <source>True again</source>
            <translation>Gilt wieder</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Noch einmal versuchen</translation>
        </message>
        <message>
            <source>Try it now</source>
            <translation>Gleich ausprobieren</translation>
        </message>
        <message>
            <source>Tune</source>
            <translation>Einstellen</translation>
        </message>
        <message>
            <source>Tune Attune to this model</source>
            <translation>Attune auf dieses Modell einstellen</translation>
        </message>
        <message>
            <source>Tuned</source>
            <translation>Eingestellt</translation>
        </message>
        <message>
            <source>Tuned by you</source>
            <translation>Von dir gestimmt</translation>
        </message>
        <message>
            <source>Tuned to models</source>
            <translation>An Modelle angepasst</translation>
        </message>
        <message>
            <source>Tuned to {model}</source>
            <translation>Auf {model} eingestellt</translation>
        </message>
        <message>
            <source>Tuned to {model}: your preferences guide it at full speed now.</source>
            <translation>Auf {model} eingestellt: Deine Vorlieben lenken es jetzt mit vollem Tempo.</translation>
        </message>
        <message>
            <source>Tune…</source>
            <translation>Einstellen…</translation>
        </message>
        <message>
            <source>Tuning is paused</source>
            <translation>Das Einstellen pausiert</translation>
        </message>
        <message>
            <source>Tuning to this model is paused.</source>
            <translation>Das Einstellen auf dieses Modell pausiert.</translation>
        </message>
        <message>
            <source>Tuning to {model}</source>
            <translation>Wird auf {model} eingestellt</translation>
        </message>
        <message>
            <source>Type a name, for example: Work</source>
            <translation>Tippe einen Namen, zum Beispiel: Arbeit</translation>
        </message>
        <message>
            <source>Type what it is about.</source>
            <translation>Schreib, worum es geht.</translation>
        </message>
        <message>
            <source>Type “{word}” to confirm</source>
            <translation>Tippe „{word}“ zum Bestätigen</translation>
        </message>
        <message>
            <source>Type “{word}” to confirm.</source>
            <translation>Tippe „{word}“ zum Bestätigen.</translation>
        </message>
        <message>
            <source>Underlined: another word than without them.</source>
            <translation>Unterstrichen: ein anderes Wort als ohne sie.</translation>
        </message>
        <message>
            <source>Underlined: only in this one of the two.</source>
            <translation>Unterstrichen: steht nur in dieser von beiden.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Rückgängig</translation>
        </message>
        <message>
            <source>Undo remembering</source>
            <translation>Das Merken rückgängig machen</translation>
        </message>
        <message>
            <source>Undo this choice</source>
            <translation>Diese Wahl zurücknehmen</translation>
        </message>
        <message>
            <source>Undo this rating</source>
            <translation>Diese Bewertung zurücknehmen</translation>
        </message>
        <message>
            <source>Unguided, the same would have been drawn.</source>
            <translation>Ungelenkt wäre dasselbe gezogen worden.</translation>
        </message>
        <message>
            <source>Unpack it and import what is in it.</source>
            <translation>Entpacke es und importiere, was darin ist.</translation>
        </message>
        <message>
            <source>Unpin</source>
            <translation>Nicht mehr anheften</translation>
        </message>
        <message>
            <source>Until</source>
            <translation>Bis</translation>
        </message>
        <message>
            <source>Until then, guide answers more slowly</source>
            <translation>Bis dahin Antworten langsamer lenken</translation>
        </message>
        <message>
            <source>Update Attune and import it again.</source>
            <translation>Aktualisiere Attune und importiere sie noch einmal.</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>Verwenden</translation>
        </message>
        <message>
            <source>Use it here instead</source>
            <translation>Stattdessen hier verwenden</translation>
        </message>
        <message>
            <source>Use it where it is</source>
            <translation>Dort verwenden, wo es liegt</translation>
        </message>
        <message>
            <source>Use {name}</source>
            <translation>{name} verwenden</translation>
        </message>
        <message>
            <source>Use {name} where it is, or copy it into Attune’s folder?</source>
            <translation>{name} dort verwenden, wo es liegt, oder in Attunes Ordner kopieren?</translation>
        </message>
        <message>
            <source>Use {negative} to {positive}</source>
            <translation>{negative} bis {positive} verwenden</translation>
        </message>
        <message>
            <source>Used: “{first}”</source>
            <translation>Verwendet: „{first}“</translation>
        </message>
        <message>
            <source>Used: “{first}” and {count} more</source>
            <translation>Verwendet: „{first}“ und {count} weitere</translation>
        </message>
        <message>
            <source>Usual guess</source>
            <translation>Üblicher Tipp</translation>
        </message>
        <message>
            <source>Variety</source>
            <translation>Vielfalt</translation>
        </message>
        <message>
            <source>Version of the question {index} of {count}</source>
            <translation>Fassung {index} von {count} der Frage</translation>
        </message>
        <message>
            <source>Wait a moment, or end it and start it again.</source>
            <translation>Warte einen Moment oder beende es und starte es neu.</translation>
        </message>
        <message>
            <source>Waits for the download before it.</source>
            <translation>Wartet auf den Download davor.</translation>
        </message>
        <message>
            <source>Web page</source>
            <translation>Webseite</translation>
        </message>
        <message>
            <source>Web pages (*.zip)</source>
            <translation>Webseiten (*.zip)</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>Gewicht</translation>
        </message>
        <message>
            <source>Welcome to Attune</source>
            <translation>Willkommen bei Attune</translation>
        </message>
        <message>
            <source>What Attune thinks you like</source>
            <translation>Was du nach Attunes Eindruck magst</translation>
        </message>
        <message>
            <source>What guided it</source>
            <translation>Was sie lenkte</translation>
        </message>
        <message>
            <source>What is no longer true: {count}</source>
            <translation>Was nicht mehr gilt: {count}</translation>
        </message>
        <message>
            <source>What it is about, in a few words</source>
            <translation>Worum es geht, in wenigen Worten</translation>
        </message>
        <message>
            <source>What moved it</source>
            <translation>Was es verschoben hat</translation>
        </message>
        <message>
            <source>What pushed “{word}”, in nats</source>
            <translation>Was „{word}“ schob, in Nat</translation>
        </message>
        <message>
            <source>What the model could have said</source>
            <translation>Was das Modell hätte sagen können</translation>
        </message>
        <message>
            <source>What the model could have said, before and after</source>
            <translation>Was das Modell hätte sagen können, vorher und nachher</translation>
        </message>
        <message>
            <source>What to do with it</source>
            <translation>Was damit geschehen soll</translation>
        </message>
        <message>
            <source>What to forget</source>
            <translation>Was vergessen werden soll</translation>
        </message>
        <message>
            <source>What to remember</source>
            <translation>Was gemerkt werden soll</translation>
        </message>
        <message>
            <source>What was done so far can stay, so that a later tuning goes on from there, or be deleted.</source>
            <translation>Was schon getan ist, kann bleiben, damit ein späteres Einstellen dort weitergeht, oder gelöscht werden.</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>Was gefunden wurde</translation>
        </message>
        <message>
            <source>What was good about it?</source>
            <translation>Was war gut daran?</translation>
        </message>
        <message>
            <source>What was learned</source>
            <translation>Was gelernt wurde</translation>
        </message>
        <message>
            <source>What was said after your question shaped them all.</source>
            <translation>Was nach deiner Frage gesagt wurde, prägte sie alle.</translation>
        </message>
        <message>
            <source>What was wrong with it?</source>
            <translation>Was hat nicht gestimmt?</translation>
        </message>
        <message>
            <source>What would be forgotten</source>
            <translation>Was vergessen würde</translation>
        </message>
        <message>
            <source>What you always want</source>
            <translation>Was du immer willst</translation>
        </message>
        <message>
            <source>What you had told Attune</source>
            <translation>Was du Attune gesagt hattest</translation>
        </message>
        <message>
            <source>What you said</source>
            <translation>Von dir gesagt</translation>
        </message>
        <message>
            <source>What you said about yourself</source>
            <translation>Was du über dich gesagt hast</translation>
        </message>
        <message>
            <source>What your ratings alone said at the time, without your sliders. Choose a point, or walk there with the arrow keys and press Enter, to see its ratings.</source>
            <translation>Was allein deine Bewertungen damals sagten, ohne deine Regler. Wähle einen Punkt, oder gehe mit den Pfeiltasten hin und drücke die Eingabetaste, um seine Bewertungen zu sehen.</translation>
        </message>
        <message>
            <source>Where an answer is cut; Continue goes on.</source>
            <translation>Wo eine Antwort endet; Fortsetzen macht weiter.</translation>
        </message>
        <message>
            <source>Where it came from was not kept</source>
            <translation>Woher es kam, wurde nicht aufgehoben</translation>
        </message>
        <message>
            <source>Where the slider will stand</source>
            <translation>Wo der Regler stehen wird</translation>
        </message>
        <message>
            <source>Where your data is</source>
            <translation>Wo deine Daten sind</translation>
        </message>
        <message>
            <source>Which answer do you like better?</source>
            <translation>Welche Antwort gefällt dir besser?</translation>
        </message>
        <message>
            <source>Which is better?</source>
            <translation>Welche ist besser?</translation>
        </message>
        <message>
            <source>Which larger one suits this computer?</source>
            <translation>Welches größere passt zu diesem Computer?</translation>
        </message>
        <message>
            <source>While Attune tunes itself to the model, no samples are made.</source>
            <translation>Während Attune sich auf das Modell einstimmt, gibt es keine Proben.</translation>
        </message>
        <message>
            <source>Who it is and how it answers</source>
            <translation>Wer sie ist und wie sie antwortet</translation>
        </message>
        <message>
            <source>Who reads preferences</source>
            <translation>Wer die Vorlieben liest</translation>
        </message>
        <message>
            <source>Whole table</source>
            <translation>Ganze Tabelle</translation>
        </message>
        <message>
            <source>Why does it rain?</source>
            <translation>Warum regnet es?</translation>
        </message>
        <message>
            <source>Why is the sky blue?</source>
            <translation>Warum ist der Himmel blau?</translation>
        </message>
        <message>
            <source>Why this answer?</source>
            <translation>Warum diese Antwort?</translation>
        </message>
        <message>
            <source>Will be slow</source>
            <translation>Wird langsam sein</translation>
        </message>
        <message>
            <source>With what you taught</source>
            <translation>Mit dem, was du gelehrt hast</translation>
        </message>
        <message>
            <source>With your preferences</source>
            <translation>Mit deinen Vorlieben</translation>
        </message>
        <message>
            <source>Without you</source>
            <translation>Ohne dich</translation>
        </message>
        <message>
            <source>Won’t fit</source>
            <translation>Passt nicht</translation>
        </message>
        <message>
            <source>Word by word</source>
            <translation>Wort für Wort</translation>
        </message>
        <message>
            <source>Word for word the same. What you taught does not reach this answer yet: rate a few more.</source>
            <translation>Wort für Wort dieselbe. Was du gelehrt hast, reicht bis zu dieser Antwort noch nicht: Bewerte noch ein paar.</translation>
        </message>
        <message>
            <source>Word for word the same: the random numbers decided as they would have without you.</source>
            <translation>Wort für Wort dieselbe: Die Zufallszahlen entschieden, wie sie es ohne dich getan hätten.</translation>
        </message>
        <message>
            <source>Work</source>
            <translation>Arbeit</translation>
        </message>
        <message>
            <source>Works right away, without a download.</source>
            <translation>Funktioniert sofort, ohne Download.</translation>
        </message>
        <message>
            <source>Write a friendly note to a new neighbour</source>
            <translation>Schreib einem neuen Nachbarn ein paar freundliche Zeilen</translation>
        </message>
        <message>
            <source>Write a message</source>
            <translation>Eine Nachricht schreiben</translation>
        </message>
        <message>
            <source>Write one of your own…</source>
            <translation>Eine eigene schreiben…</translation>
        </message>
        <message>
            <source>Write the same answer without me</source>
            <translation>Dieselbe Antwort ohne mich schreiben</translation>
        </message>
        <message>
            <source>Written by</source>
            <translation>Geschrieben von</translation>
        </message>
        <message>
            <source>Wrong tone</source>
            <translation>Falscher Ton</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Gestern</translation>
        </message>
        <message>
            <source>You</source>
            <translation>Du</translation>
        </message>
        <message>
            <source>You can save this when the answer is complete.</source>
            <translation>Das kannst du speichern, wenn die Antwort fertig ist.</translation>
        </message>
        <message>
            <source>You did not like this answer</source>
            <translation>Diese Antwort mochtest du nicht</translation>
        </message>
        <message>
            <source>You did not like this answer.</source>
            <translation>Dir hat diese Antwort nicht gefallen.</translation>
        </message>
        <message>
            <source>You left the temporary chat.</source>
            <translation>Du hast den temporären Chat verlassen.</translation>
        </message>
        <message>
            <source>You like {liked}.</source>
            <translation>Du magst {liked}.</translation>
        </message>
        <message>
            <source>You liked this answer</source>
            <translation>Diese Antwort mochtest du</translation>
        </message>
        <message>
            <source>You liked this answer.</source>
            <translation>Dir hat diese Antwort gefallen.</translation>
        </message>
        <message>
            <source>You preferred this answer</source>
            <translation>Diese Antwort war dir lieber</translation>
        </message>
        <message>
            <source>You rewrote the answer like this</source>
            <translation>So hast du die Antwort umgeschrieben</translation>
        </message>
        <message>
            <source>You said that the left one is better.</source>
            <translation>Du fandest die linke besser.</translation>
        </message>
        <message>
            <source>You said that the right one is better.</source>
            <translation>Du fandest die rechte besser.</translation>
        </message>
        <message>
            <source>You said: {text}</source>
            <translation>Du hast gesagt: {text}</translation>
        </message>
        <message>
            <source>You stopped this answer here.</source>
            <translation>Du hast diese Antwort hier angehalten.</translation>
        </message>
        <message>
            <source>You wrote this version yourself.</source>
            <translation>Diese Fassung hast du selbst geschrieben.</translation>
        </message>
        <message>
            <source>Your answer is ready.</source>
            <translation>Deine Antwort ist fertig.</translation>
        </message>
        <message>
            <source>Your choice teaches Attune. Either answer stays.</source>
            <translation>Deine Wahl lehrt Attune etwas. Beide Antworten bleiben.</translation>
        </message>
        <message>
            <source>Your conversations will appear here.</source>
            <translation>Hier erscheinen deine Unterhaltungen.</translation>
        </message>
        <message>
            <source>Your data is safe. If it happens again, restart Attune.</source>
            <translation>Deine Daten sind sicher. Wenn es noch einmal geschieht, starte Attune neu.</translation>
        </message>
        <message>
            <source>Your first choices</source>
            <translation>Deine ersten Entscheidungen</translation>
        </message>
        <message>
            <source>Your message</source>
            <translation>Deine Nachricht</translation>
        </message>
        <message>
            <source>Your note on an answer: {text}</source>
            <translation>Deine Notiz zu einer Antwort: {text}</translation>
        </message>
        <message>
            <source>Your preferences</source>
            <translation>Deine Vorlieben</translation>
        </message>
        <message numerus="yes">
            <source>Your preferences changed {changed} of {n} words and pieces of words ({share}) as they were drawn.</source>
            <translation>
                <numerusform>Deine Vorlieben änderten {changed} von 1 Wort oder Wortteil ({share}) beim Ziehen.</numerusform>
                <numerusform>Deine Vorlieben änderten {changed} von {n} Wörtern und Wortteilen ({share}) beim Ziehen.</numerusform>
            </translation>
        </message>
        <message>
            <source>Your preferences guide it at full speed. Preferences you write are tuned when you ask for it.</source>
            <translation>Deine Vorlieben lenken es mit vollem Tempo. Vorlieben, die du schreibst, werden eingestellt, wenn du es verlangst.</translation>
        </message>
        <message numerus="yes">
            <source>Your taste differs in {n} situations.</source>
            <translation>
                <numerusform>In 1 Situation ist dein Geschmack ein anderer.</numerusform>
                <numerusform>In {n} Situationen ist dein Geschmack ein anderer.</numerusform>
            </translation>
        </message>
        <message>
            <source>Your taste looks the same everywhere so far. Where your ratings of one kind of question come to differ from the rest, that kind shows up here, and answers to it follow.</source>
            <translation>Dein Geschmack sieht bisher überall gleich aus. Wo deine Bewertungen bei einer Art von Fragen von den übrigen abweichen, erscheint diese Art hier, und die Antworten darauf folgen ihnen.</translation>
        </message>
        <message>
            <source>Your version is kept. It agrees with what Attune already does.</source>
            <translation>Deine Fassung ist gespeichert. Sie passt zu dem, was Attune schon tut.</translation>
        </message>
        <message>
            <source>Your version is saved.</source>
            <translation>Deine Fassung ist gespeichert.</translation>
        </message>
        <message>
            <source>Your words</source>
            <translation>Deine Worte</translation>
        </message>
        <message>
            <source>Your words: {text}</source>
            <translation>Deine Worte: {text}</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>Deine</translation>
        </message>
        <message>
            <source>a conversation</source>
            <translation>einer Unterhaltung</translation>
        </message>
        <message>
            <source>a neutral tone</source>
            <translation>einen sachlichen Ton</translation>
        </message>
        <message>
            <source>a serious tone</source>
            <translation>einen ernsten Ton</translation>
        </message>
        <message>
            <source>a warm tone</source>
            <translation>einen herzlichen Ton</translation>
        </message>
        <message>
            <source>about a minute</source>
            <translation>etwa eine Minute</translation>
        </message>
        <message>
            <source>about {minutes} hours</source>
            <translation>etwa {minutes} Stunden</translation>
        </message>
        <message>
            <source>about {minutes} minutes</source>
            <translation>etwa {minutes} Minuten</translation>
        </message>
        <message>
            <source>about {size}</source>
            <translation>etwa {size}</translation>
        </message>
        <message>
            <source>after {minutes} minutes</source>
            <translation>nach {minutes} Minuten</translation>
        </message>
        <message numerus="yes">
            <source>and {n} questions like it</source>
            <translation>
                <numerusform>und 1 ähnliche Frage</numerusform>
                <numerusform>und {n} ähnliche Fragen</numerusform>
            </translation>
        </message>
        <message>
            <source>answers without questions back</source>
            <translation>Antworten ohne Rückfragen</translation>
        </message>
        <message>
            <source>as set in the preferences</source>
            <translation>wie in den Vorlieben eingestellt</translation>
        </message>
        <message>
            <source>asked for with this question</source>
            <translation>mit dieser Frage verlangt</translation>
        </message>
        <message>
            <source>careful caveats</source>
            <translation>vorsichtige Einschränkungen</translation>
        </message>
        <message>
            <source>casual language</source>
            <translation>lockere Sprache</translation>
        </message>
        <message>
            <source>clearly</source>
            <translation>deutlich</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>geschlossen</translation>
        </message>
        <message>
            <source>concise answers</source>
            <translation>knappe Antworten</translation>
        </message>
        <message>
            <source>context {context_length}</source>
            <translation>Kontext {context_length}</translation>
        </message>
        <message>
            <source>context {context}</source>
            <translation>Kontext {context}</translation>
        </message>
        <message>
            <source>d MMMM</source>
            <translation>d. MMMM</translation>
        </message>
        <message>
            <source>d MMMM yyyy</source>
            <translation>d. MMMM yyyy</translation>
        </message>
        <message>
            <source>detailed answers</source>
            <translation>ausführliche Antworten</translation>
        </message>
        <message>
            <source>drawn</source>
            <translation>gezogen</translation>
        </message>
        <message>
            <source>drawn if unguided</source>
            <translation>ungelenkt gezogen</translation>
        </message>
        <message>
            <source>examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>flowing prose</source>
            <translation>fließenden Text</translation>
        </message>
        <message>
            <source>forget</source>
            <translation>vergessen</translation>
        </message>
        <message>
            <source>formal language</source>
            <translation>förmliche Sprache</translation>
        </message>
        <message>
            <source>from the persona “{persona}”</source>
            <translation>von der Persona „{persona}“</translation>
        </message>
        <message>
            <source>general ideas</source>
            <translation>den allgemeinen Gedanken</translation>
        </message>
        <message>
            <source>going step by step</source>
            <translation>ein Vorgehen Schritt für Schritt</translation>
        </message>
        <message>
            <source>guided word by word by its tuning</source>
            <translation>Wort für Wort gelenkt durch seine Abstimmung</translation>
        </message>
        <message>
            <source>guided word by word by reading itself</source>
            <translation>Wort für Wort gelenkt, indem es sich selbst liest</translation>
        </message>
        <message>
            <source>hardly</source>
            <translation>kaum</translation>
        </message>
        <message>
            <source>headings</source>
            <translation>Überschriften</translation>
        </message>
        <message>
            <source>held back as harmful</source>
            <translation>als schädlich zurückgehalten</translation>
        </message>
        <message>
            <source>humour</source>
            <translation>Humor</translation>
        </message>
        <message>
            <source>last used {date}</source>
            <translation>zuletzt verwendet {date}</translation>
        </message>
        <message>
            <source>leans {label}</source>
            <translation>neigt zu: {label}</translation>
        </message>
        <message>
            <source>learned, and how surely</source>
            <translation>gelernt, und wie sicher</translation>
        </message>
        <message>
            <source>less than a minute</source>
            <translation>weniger als eine Minute</translation>
        </message>
        <message>
            <source>lists</source>
            <translation>Listen</translation>
        </message>
        <message>
            <source>more {pole}</source>
            <translation>mehr {pole}</translation>
        </message>
        <message>
            <source>needs about {size} of memory</source>
            <translation>braucht etwa {size} Arbeitsspeicher</translation>
        </message>
        <message>
            <source>never</source>
            <translation>nie</translation>
        </message>
        <message>
            <source>no clear leaning</source>
            <translation>keine klare Neigung</translation>
        </message>
        <message>
            <source>no keys</source>
            <translation>keine Tasten</translation>
        </message>
        <message>
            <source>none</source>
            <translation>nichts</translation>
        </message>
        <message>
            <source>not guided word by word</source>
            <translation>nicht Wort für Wort gelenkt</translation>
        </message>
        <message>
            <source>not tilted</source>
            <translation>ohne Neigung</translation>
        </message>
        <message>
            <source>not used yet</source>
            <translation>noch nicht verwendet</translation>
        </message>
        <message>
            <source>now: “{text}”</source>
            <translation>jetzt: „{text}“</translation>
        </message>
        <message>
            <source>open</source>
            <translation>offen</translation>
        </message>
        <message>
            <source>perhaps {label}</source>
            <translation>vielleicht {label}</translation>
        </message>
        <message>
            <source>plain speaking</source>
            <translation>klare Worte</translation>
        </message>
        <message>
            <source>plain text without headings</source>
            <translation>schlichten Text ohne Überschriften</translation>
        </message>
        <message>
            <source>questions back</source>
            <translation>Rückfragen</translation>
        </message>
        <message>
            <source>random numbers from seed {seed}</source>
            <translation>Zufallszahlen aus dem Startwert {seed}</translation>
        </message>
        <message>
            <source>simple words</source>
            <translation>einfache Wörter</translation>
        </message>
        <message>
            <source>slightly</source>
            <translation>leicht</translation>
        </message>
        <message>
            <source>strongly</source>
            <translation>stark</translation>
        </message>
        <message>
            <source>technical terms</source>
            <translation>Fachbegriffe</translation>
        </message>
        <message>
            <source>temperature {value}</source>
            <translation>Temperatur {value}</translation>
        </message>
        <message>
            <source>the answer straight away</source>
            <translation>die Antwort ohne Umschweife</translation>
        </message>
        <message>
            <source>the built-in model speaks English</source>
            <translation>das eingebaute Modell spricht Englisch</translation>
        </message>
        <message>
            <source>the built-in ones, {size}, came with Attune</source>
            <translation>die eingebauten, {size}, kamen mit Attune</translation>
        </message>
        <message>
            <source>the usual way of putting things</source>
            <translation>die übliche Ausdrucksweise</translation>
        </message>
        <message numerus="yes">
            <source>the {n} oldest messages did not fit its memory</source>
            <translation>
                <numerusform>die älteste Nachricht passte nicht in sein Gedächtnis</numerusform>
                <numerusform>die {n} ältesten Nachrichten passten nicht in sein Gedächtnis</numerusform>
            </translation>
        </message>
        <message>
            <source>today</source>
            <translation>heute</translation>
        </message>
        <message>
            <source>tuning {version}</source>
            <translation>Abstimmung {version}</translation>
        </message>
        <message>
            <source>typed {when}</source>
            <translation>getippt {when}</translation>
        </message>
        <message>
            <source>under {n}%</source>
            <translation>unter {n} %</translation>
        </message>
        <message>
            <source>vivid images</source>
            <translation>lebendige Bilder</translation>
        </message>
        <message>
            <source>what you said</source>
            <translation>was du gesagt hast</translation>
        </message>
        <message>
            <source>yesterday</source>
            <translation>gestern</translation>
        </message>
        <message>
            <source>your setting</source>
            <translation>deine Einstellung</translation>
        </message>
        <message>
            <source>your settings</source>
            <translation>deine Einstellungen</translation>
        </message>
        <message>
            <source>{at} of {count}</source>
            <translation>{at} von {count}</translation>
        </message>
        <message>
            <source>{begun}, moved by {ratings}</source>
            <translation>{begun}, verschoben von {ratings}</translation>
        </message>
        <message>
            <source>{connections} to the network: {addresses}</source>
            <translation>{connections} zum Netz: {addresses}</translation>
        </message>
        <message>
            <source>{conversations} added, {messages}. They teach Attune nothing until you rate them.</source>
            <translation>Hinzugefügt: {conversations}, {messages}. Sie bringen Attune nichts bei, bis du sie bewertest.</translation>
        </message>
        <message>
            <source>{conversations} saved in “{name}”.</source>
            <translation>{conversations} in „{name}“ gespeichert.</translation>
        </message>
        <message>
            <source>{conversations} with {messages}, {ratings}, every slider, and all that was learned from them.</source>
            <translation>{conversations} mit {messages}, {ratings}, jeder Regler und alles, was daraus gelernt wurde.</translation>
        </message>
        <message>
            <source>{conversations}, and what was learned there, will be forgotten for good.</source>
            <translation>{conversations} und was dabei gelernt wurde: Das wird endgültig vergessen.</translation>
        </message>
        <message>
            <source>{count} of {layers}</source>
            <translation>{count} von {layers}</translation>
        </message>
        <message>
            <source>{damaged} could not be read.</source>
            <translation>Nicht lesbar: {damaged}.</translation>
        </message>
        <message>
            <source>{degree} against it</source>
            <translation>{degree} dagegen</translation>
        </message>
        <message>
            <source>{degree} for it</source>
            <translation>{degree} dafür</translation>
        </message>
        <message>
            <source>{done} of {size}</source>
            <translation>{done} von {size}</translation>
        </message>
        <message>
            <source>{empty} had no text.</source>
            <translation>Ohne Text: {empty}.</translation>
        </message>
        <message>
            <source>{family} family</source>
            <translation>Familie {family}</translation>
        </message>
        <message>
            <source>{first} and {last}</source>
            <translation>{first} und {last}</translation>
        </message>
        <message>
            <source>{in_trash} are in the trash and stay there.</source>
            <translation>Im Papierkorb, und dort bleiben sie: {in_trash}.</translation>
        </message>
        <message>
            <source>{keys} is needed for editing text.</source>
            <translation>{keys} wird zum Bearbeiten von Text gebraucht.</translation>
        </message>
        <message>
            <source>{known} were here already.</source>
            <translation>Schon vorhanden: {known}.</translation>
        </message>
        <message>
            <source>{label} to {label2}</source>
            <translation>{label} bis {label2}</translation>
        </message>
        <message>
            <source>{messages} new messages added to conversations that were here.</source>
            <translation>Neue Nachrichten in vorhandenen Unterhaltungen: {messages}.</translation>
        </message>
        <message>
            <source>{model_name}: {tokens} tokens, {tokens_per_second} a second, the first after {time_to_first_token} s. Your preferences changed {changed_share} of them.</source>
            <translation>{model_name}: {tokens} Token, {tokens_per_second} pro Sekunde, das erste nach {time_to_first_token} s. Deine Vorlieben haben {changed_share} davon geändert.</translation>
        </message>
        <message>
            <source>{name} answers and writes titles.</source>
            <translation>{name} antwortet und schreibt Titel.</translation>
        </message>
        <message>
            <source>{name} answers from now on.</source>
            <translation>Ab jetzt antwortet {name}.</translation>
        </message>
        <message>
            <source>{name} is here. Press Use to let it answer.</source>
            <translation>{name} ist da. Drücke „Verwenden“, damit es antwortet.</translation>
        </message>
        <message>
            <source>{name} is in the trash: {size}.</source>
            <translation>{name} liegt im Papierkorb: {size}.</translation>
        </message>
        <message>
            <source>{name} is off the list.</source>
            <translation>{name} steht nicht mehr auf der Liste.</translation>
        </message>
        <message>
            <source>{name} still answers.</source>
            <translation>{name} antwortet weiter.</translation>
        </message>
        <message>
            <source>{name} was added.</source>
            <translation>{name} wurde hinzugefügt.</translation>
        </message>
        <message>
            <source>{name}, asleep</source>
            <translation>{name}, schläft</translation>
        </message>
        <message>
            <source>{negative} to {positive}</source>
            <translation>{negative} bis {positive}</translation>
        </message>
        <message>
            <source>{number} of {of}</source>
            <translation>{number} von {of}</translation>
        </message>
        <message numerus="yes">
            <source>{n} connections</source>
            <translation>
                <numerusform>Eine Verbindung</numerusform>
                <numerusform>{n} Verbindungen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} conversations</source>
            <translation>
                <numerusform>1 Unterhaltung</numerusform>
                <numerusform>{n} Unterhaltungen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} days</source>
            <translation>
                <numerusform>1 Tag</numerusform>
                <numerusform>{n} Tage</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} entries will be forgotten, with all that follows them.</source>
            <translation>
                <numerusform>Ein Eintrag wird vergessen, mit allem, was darauf folgt.</numerusform>
                <numerusform>{n} Einträge werden vergessen, mit allem, was darauf folgt.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} messages</source>
            <translation>
                <numerusform>1 Nachricht</numerusform>
                <numerusform>{n} Nachrichten</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} more</source>
            <translation>
                <numerusform>1 weitere</numerusform>
                <numerusform>{n} weitere</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} more are about it in other words: tick those that are to go.</source>
            <translation>
                <numerusform>Noch einer handelt in anderen Worten davon: Kreuz ihn an, wenn er gehen soll.</numerusform>
                <numerusform>Noch {n} handeln in anderen Worten davon: Kreuz an, was gehen soll.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} places differ.</source>
            <translation>
                <numerusform>1 Stelle unterscheidet sich.</numerusform>
                <numerusform>{n} Stellen unterscheiden sich.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} places found</source>
            <translation>
                <numerusform>1 Stelle gefunden</numerusform>
                <numerusform>{n} Stellen gefunden</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} rated answers</source>
            <translation>
                <numerusform>1 bewerteten Antwort</numerusform>
                <numerusform>{n} bewerteten Antworten</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} ratings</source>
            <translation>
                <numerusform>1 Bewertung</numerusform>
                <numerusform>{n} Bewertungen</numerusform>
            </translation>
        </message>
        <message>
            <source>{n} tokens</source>
            <translation>{n} Token</translation>
        </message>
        <message numerus="yes">
            <source>{n} words</source>
            <translation>
                <numerusform>1 Wort</numerusform>
                <numerusform>{n} Wörter</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} words of yours</source>
            <translation>
                <numerusform>1 Wort von dir</numerusform>
                <numerusform>{n} Worte von dir</numerusform>
            </translation>
        </message>
        <message>
            <source>{n}%</source>
            <translation>{n} %</translation>
        </message>
        <message>
            <source>{older} no longer counts.</source>
            <translation>{older} gilt nicht mehr.</translation>
        </message>
        <message>
            <source>{open} Answer complete.</source>
            <translation>{open} Antwort vollständig.</translation>
        </message>
        <message>
            <source>{pole}, clearly</source>
            <translation>{pole}, deutlich</translation>
        </message>
        <message>
            <source>{pole}, slightly</source>
            <translation>{pole}, ein wenig</translation>
        </message>
        <message>
            <source>{pole}, strongly</source>
            <translation>{pole}, stark</translation>
        </message>
        <message>
            <source>{pole}: {weight}</source>
            <translation>{pole}: {weight}</translation>
        </message>
        <message>
            <source>{ratings} of questions like “{question}”</source>
            <translation>{ratings} zu Fragen wie „{question}“</translation>
        </message>
        <message>
            <source>{ratings}: see what moved {ends}</source>
            <translation>{ratings}: ansehen, was {ends} verschoben hat</translation>
        </message>
        <message>
            <source>{reached} Preferences you write are tuned by themselves, while nobody asks anything.</source>
            <translation>{reached} Vorlieben, die du schreibst, stellen sich von selbst ein, während niemand etwas fragt.</translation>
        </message>
        <message>
            <source>{reader} reads your preferences.</source>
            <translation>{reader} liest deine Vorlieben.</translation>
        </message>
        <message>
            <source>{repository}, commit {revision}
SHA-256 {sha256}</source>
            <translation>{repository}, Stand {revision}
SHA-256 {sha256}</translation>
        </message>
        <message>
            <source>{share} foreseen</source>
            <translation>{share} vorausgesagt</translation>
        </message>
        <message>
            <source>{shown} tokens a second here</source>
            <translation>{shown} Token pro Sekunde auf diesem Computer</translation>
        </message>
        <message>
            <source>{size} a second</source>
            <translation>{size} pro Sekunde</translation>
        </message>
        <message>
            <source>{size} bytes</source>
            <translation>{size} Byte</translation>
        </message>
        <message>
            <source>{text} already means “{help}”.</source>
            <translation>{text} bedeutet schon „{help}“.</translation>
        </message>
        <message>
            <source>{text} is always “{help}”.</source>
            <translation>{text} ist immer „{help}“.</translation>
        </message>
        <message>
            <source>{text}, deleted for good in {side}</source>
            <translation>{text}, verbleibende Zeit im Papierkorb: {side}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>noch {time}</translation>
        </message>
        <message>
            <source>{title}
Deleted for good in {side}</source>
            <translation>{title}
Verbleibende Zeit im Papierkorb: {side}</translation>
        </message>
        <message>
            <source>{total} of memory, {free} free</source>
            <translation>{total} Arbeitsspeicher, {free} frei</translation>
        </message>
        <message>
            <source>{used}  ·  the oldest message will be left out</source>
            <translation>{used}  ·  die älteste Nachricht fällt weg</translation>
        </message>
        <message>
            <source>{used}  ·  the {dropped} oldest messages will be left out</source>
            <translation>{used}  ·  die {dropped} ältesten Nachrichten fallen weg</translation>
        </message>
        <message>
            <source>{word} (β = {beta})</source>
            <translation>{word} (β = {beta})</translation>
        </message>
        <message>
            <source>“Harmless and honest” stands above taste: it kept your preferences from making this likelier.</source>
            <translation>„Harmlos und ehrlich“ steht über dem Geschmack: Es hinderte deine Vorlieben daran, das wahrscheinlicher zu machen.</translation>
        </message>
        <message>
            <source>“{action}” is now {text}.</source>
            <translation>„{action}“ ist jetzt {text}.</translation>
        </message>
        <message>
            <source>“{action}” is {keys} again.</source>
            <translation>„{action}“ ist wieder {keys}.</translation>
        </message>
        <message>
            <source>“{label}”</source>
            <translation>„{label}“</translation>
        </message>
        <message>
            <source>“{name}” is not a profile.</source>
            <translation>„{name}“ ist kein Profil.</translation>
        </message>
        <message>
            <source>“{name}” is not a text file.</source>
            <translation>„{name}“ ist keine Textdatei.</translation>
        </message>
        <message>
            <source>“{name}” is not in UTF-8.</source>
            <translation>„{name}“ ist nicht in UTF-8.</translation>
        </message>
        <message>
            <source>“{name}” is open in another window.</source>
            <translation>„{name}“ ist in einem anderen Fenster offen.</translation>
        </message>
        <message>
            <source>“{name}” is saved.</source>
            <translation>„{name}“ ist gespeichert.</translation>
        </message>
        <message>
            <source>“{name}” is the first profile; it can’t be deleted.</source>
            <translation>„{name}“ ist das erste Profil; es lässt sich nicht löschen.</translation>
        </message>
        <message>
            <source>“{name}” is too large to go along with a question.</source>
            <translation>„{name}“ ist zu groß, um mit einer Frage mitzugehen.</translation>
        </message>
        <message>
            <source>“{name}” wrote this answer, and “{now}” is loaded now.</source>
            <translation>„{name}“ schrieb diese Antwort, und jetzt ist „{now}“ geladen.</translation>
        </message>
        <message>
            <source>“{question}”</source>
            <translation>„{question}“</translation>
        </message>
        <message>
            <source>“{question}” – {tilt}</source>
            <translation>„{question}“ – {tilt}</translation>
        </message>
        <message>
            <source>“{text}”</source>
            <translation>„{text}“</translation>
        </message>
        <message>
            <source>“{text}” (no longer true)</source>
            <translation>„{text}“ (gilt nicht mehr)</translation>
        </message>
        <message>
            <source>“{title}” is back, with what it taught.</source>
            <translation>„{title}“ ist wieder da, mit allem, was es beigebracht hat.</translation>
        </message>
        <message>
            <source>“{title}” is in the trash, and what it taught counts no more.</source>
            <translation>„{title}“ liegt im Papierkorb, und was es beigebracht hat, zählt nicht mehr.</translation>
        </message>
        <message>
            <source>“{word}”: {before} before, {after} after</source>
            <translation>„{word}“: {before} vorher, {after} nachher</translation>
        </message>
        <message>
            <source>← This one</source>
            <translation>← Diese</translation>
        </message>
        <message>
            <source>↑ ↓ to choose, Enter to open. “Words in quotes” are taken exactly.</source>
            <translation>↑ ↓ zum Wählen, Enter zum Öffnen. „Wörter in Anführungszeichen“ werden genau so gesucht.</translation>
        </message>
    </context>
    <context>
        <name>below</name>
        <message>
            <source>A compressed memory of the conversation needs fast attention.</source>
            <translation>Ein komprimiertes Gedächtnis der Unterhaltung braucht schnelle Aufmerksamkeit (fast attention).</translation>
        </message>
        <message>
            <source>A file that came with Attune has been changed or damaged.</source>
            <translation>Eine Datei, die mit Attune kam, wurde verändert oder beschädigt.</translation>
        </message>
        <message>
            <source>A good start on most computers: everyday questions in many languages.</source>
            <translation>Ein guter Anfang auf den meisten Computern: alltägliche Fragen in vielen Sprachen.</translation>
        </message>
        <message>
            <source>A name has at most {value1} letters, a description {value2}.</source>
            <translation>Ein Name hat höchstens {value1} Buchstaben, eine Beschreibung {value2}.</translation>
        </message>
        <message>
            <source>A persona needs a name.</source>
            <translation>Eine Persona braucht einen Namen.</translation>
        </message>
        <message>
            <source>A preference dimension can't be used.</source>
            <translation>Eine Vorliebe ist nicht verwendbar.</translation>
        </message>
        <message>
            <source>A preference needs both ends.</source>
            <translation>Eine Vorliebe braucht beide Enden.</translation>
        </message>
        <message>
            <source>A setting is out of range.</source>
            <translation>Eine Einstellung liegt außerhalb des Bereichs.</translation>
        </message>
        <message>
            <source>Abstract</source>
            <translation>Abstrakt</translation>
        </message>
        <message>
            <source>Accept it on its page, sign in with “hf auth login” in a terminal, and try again.</source>
            <translation>Nimm sie auf der Seite an, melde dich in einem Terminal mit „hf auth login“ an und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>An all-rounder for writing, with a GPU or patience.</source>
            <translation>Ein Allrounder zum Schreiben, mit GPU oder Geduld.</translation>
        </message>
        <message>
            <source>Another window of Attune is downloading.</source>
            <translation>Ein anderes Fenster von Attune lädt gerade herunter.</translation>
        </message>
        <message>
            <source>Ask again.</source>
            <translation>Frag noch einmal.</translation>
        </message>
        <message>
            <source>Ask again: the engine restarts by itself.</source>
            <translation>Frag noch einmal: Die Engine startet von selbst neu.</translation>
        </message>
        <message>
            <source>Ask again; if it happens once more, choose a smaller context.</source>
            <translation>Frag noch einmal; wenn es wieder geschieht, wähle einen kleineren Kontext.</translation>
        </message>
        <message>
            <source>Ask something.</source>
            <translation>Frag etwas.</translation>
        </message>
        <message>
            <source>Asks back</source>
            <translation>Fragt zurück</translation>
        </message>
        <message>
            <source>Attune can't find this model's output layer, so it can't be tuned.</source>
            <translation>Attune findet die Ausgabeschicht dieses Modells nicht und kann sich darum nicht darauf einstellen.</translation>
        </message>
        <message>
            <source>Attune can't write to its data folder.</source>
            <translation>Attune kann nicht in seinen Datenordner schreiben.</translation>
        </message>
        <message>
            <source>Attune has not been tuned to this model yet, so the reward “head” can't be used.</source>
            <translation>Attune ist noch nicht auf dieses Modell eingestellt, darum ist „head“ als Belohnung nicht verwendbar.</translation>
        </message>
        <message>
            <source>Attune is already being tuned to this model.</source>
            <translation>Attune wird schon auf dieses Modell eingestellt.</translation>
        </message>
        <message>
            <source>Attune is already running with this data.</source>
            <translation>Attune läuft schon mit diesen Daten.</translation>
        </message>
        <message>
            <source>Attune is closing.</source>
            <translation>Attune wird geschlossen.</translation>
        </message>
        <message>
            <source>Attune keeps at most {value1} preferences.</source>
            <translation>Attune behält höchstens {value1} Vorlieben.</translation>
        </message>
        <message>
            <source>Attune was closed while it answered.</source>
            <translation>Attune wurde geschlossen, während es antwortete.</translation>
        </message>
        <message>
            <source>Both ends have the same name.</source>
            <translation>Beide Enden heißen gleich.</translation>
        </message>
        <message>
            <source>Both ends say the same.</source>
            <translation>Beide Enden sagen dasselbe.</translation>
        </message>
        <message>
            <source>Cancel the download and begin again.</source>
            <translation>Brich den Download ab und beginne neu.</translation>
        </message>
        <message>
            <source>Cancelled.</source>
            <translation>Abgebrochen.</translation>
        </message>
        <message>
            <source>Casual</source>
            <translation>Locker</translation>
        </message>
        <message>
            <source>Cautious</source>
            <translation>Vorsichtig</translation>
        </message>
        <message>
            <source>Change it and try again.</source>
            <translation>Ändere sie und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Change its words and try again.</source>
            <translation>Ändere ihre Worte und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Check ATTUNE_HUB_ENDPOINT.</source>
            <translation>Prüfe ATTUNE_HUB_ENDPOINT.</translation>
        </message>
        <message>
            <source>Check its name and both poles.</source>
            <translation>Prüfe ihren Namen und beide Enden.</translation>
        </message>
        <message>
            <source>Check the connection and try again.</source>
            <translation>Prüfe die Verbindung und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Check the connection and try again: what has arrived is kept.</source>
            <translation>Prüfe die Verbindung und versuche es noch einmal: Was angekommen ist, bleibt erhalten.</translation>
        </message>
        <message>
            <source>Check the file and its permissions, or choose another one.</source>
            <translation>Prüfe die Datei und ihre Zugriffsrechte oder wähle eine andere.</translation>
        </message>
        <message>
            <source>Check the file's permissions.</source>
            <translation>Prüfe die Zugriffsrechte der Datei.</translation>
        </message>
        <message>
            <source>Check the folder {value1}.</source>
            <translation>Prüfe den Ordner {value1}.</translation>
        </message>
        <message>
            <source>Check the folder's permissions and free space, or choose another with --data-dir.</source>
            <translation>Prüfe Zugriffsrechte und freien Platz des Ordners oder wähle mit --data-dir einen anderen.</translation>
        </message>
        <message>
            <source>Check the name on the repository’s page.</source>
            <translation>Prüfe den Namen auf der Seite des Repositorys.</translation>
        </message>
        <message>
            <source>Check the name, or sign in with “hf auth login” in a terminal.</source>
            <translation>Prüfe den Namen oder melde dich in einem Terminal mit „hf auth login“ an.</translation>
        </message>
        <message>
            <source>Check the path, or choose another file.</source>
            <translation>Prüfe den Pfad oder wähle eine andere Datei.</translation>
        </message>
        <message>
            <source>Check the path.</source>
            <translation>Prüfe den Pfad.</translation>
        </message>
        <message>
            <source>Check the proxy settings and try again.</source>
            <translation>Prüfe die Proxy-Einstellungen und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Choose a file that ends in .gguf, made for llama.cpp.</source>
            <translation>Wähle eine Datei, die auf .gguf endet und für llama.cpp gemacht ist.</translation>
        </message>
        <message>
            <source>Choose a file that ends in .gguf.</source>
            <translation>Wähle eine Datei, die auf .gguf endet.</translation>
        </message>
        <message>
            <source>Choose a file that was exported from Attune; nothing was changed.</source>
            <translation>Wähle eine Datei, die aus Attune exportiert wurde; nichts wurde geändert.</translation>
        </message>
        <message>
            <source>Choose a model first.</source>
            <translation>Wähle zuerst ein Modell.</translation>
        </message>
        <message>
            <source>Choose a model of the same family, whose tokens are the same one by one.</source>
            <translation>Wähle ein Modell derselben Familie, dessen Token einzeln dieselben sind.</translation>
        </message>
        <message>
            <source>Choose a number between -1 and 1.</source>
            <translation>Wähle eine Zahl zwischen −1 und 1.</translation>
        </message>
        <message>
            <source>Choose a number between 0 and {value1}.</source>
            <translation>Wähle eine Zahl zwischen 0 und {value1}.</translation>
        </message>
        <message>
            <source>Choose a smaller context or a smaller model, or close other programs.</source>
            <translation>Wähle einen kleineren Kontext oder ein kleineres Modell oder schließe andere Programme.</translation>
        </message>
        <message>
            <source>Choose another GGUF file.</source>
            <translation>Wähle eine andere GGUF-Datei.</translation>
        </message>
        <message>
            <source>Choose another conversion of the model.</source>
            <translation>Wähle eine andere Umwandlung des Modells.</translation>
        </message>
        <message>
            <source>Choose another file.</source>
            <translation>Wähle eine andere Datei.</translation>
        </message>
        <message>
            <source>Choose another model file; this one can't be used on this computer.</source>
            <translation>Wähle eine andere Modelldatei; diese ist auf diesem Computer nicht verwendbar.</translation>
        </message>
        <message>
            <source>Choose another model, or update Attune.</source>
            <translation>Wähle ein anderes Modell oder aktualisiere Attune.</translation>
        </message>
        <message>
            <source>Choose another name.</source>
            <translation>Wähle einen anderen Namen.</translation>
        </message>
        <message>
            <source>Choose another one in the model’s settings, or none.</source>
            <translation>Wähle in den Einstellungen des Modells ein anderes oder keines.</translation>
        </message>
        <message>
            <source>Choose another repository, or download the file by hand and add it.</source>
            <translation>Wähle ein anderes Repository oder lade die Datei von Hand herunter und füge sie hinzu.</translation>
        </message>
        <message>
            <source>Choose one of: {value1}.</source>
            <translation>Wähle eine von: {value1}.</translation>
        </message>
        <message>
            <source>Choose the model's own file, not an adapter, a projector or one part of several.</source>
            <translation>Wähle die Datei des Modells selbst, keinen Adapter, keinen Projektor und keinen Teil von mehreren.</translation>
        </message>
        <message>
            <source>Close other programs, or choose a smaller model or context.</source>
            <translation>Schließe andere Programme oder wähle ein kleineres Modell oder einen kleineren Kontext.</translation>
        </message>
        <message>
            <source>Concise</source>
            <translation>Knapp</translation>
        </message>
        <message>
            <source>Concrete examples, or the general idea.</source>
            <translation>Konkrete Beispiele oder die allgemeine Idee.</translation>
        </message>
        <message>
            <source>Conventional</source>
            <translation>Üblich</translation>
        </message>
        <message>
            <source>Correct it and try again.</source>
            <translation>Berichtige sie und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Delete one of your own first.</source>
            <translation>Lösche zuerst eine eigene.</translation>
        </message>
        <message>
            <source>Describe the opposite at one of them.</source>
            <translation>Beschreibe an einem davon das Gegenteil.</translation>
        </message>
        <message>
            <source>Detailed</source>
            <translation>Ausführlich</translation>
        </message>
        <message>
            <source>Direct</source>
            <translation>Geradeheraus</translation>
        </message>
        <message>
            <source>Doubts and caveats are said, or a clear position is taken.</source>
            <translation>Zweifel und Vorbehalte werden gesagt, oder es wird klar Stellung bezogen.</translation>
        </message>
        <message>
            <source>Download a newer copy of the model.</source>
            <translation>Lade eine neuere Kopie des Modells herunter.</translation>
        </message>
        <message>
            <source>Download it again, or choose another file.</source>
            <translation>Lade sie noch einmal herunter oder wähle eine andere Datei.</translation>
        </message>
        <message>
            <source>Download it again, or choose another model.</source>
            <translation>Lade es noch einmal herunter oder wähle ein anderes Modell.</translation>
        </message>
        <message>
            <source>Download it again.</source>
            <translation>Lade die Datei noch einmal herunter.</translation>
        </message>
        <message>
            <source>Downloads are switched off on this computer (HF_HUB_OFFLINE).</source>
            <translation>Downloads sind auf diesem Computer ausgeschaltet (HF_HUB_OFFLINE).</translation>
        </message>
        <message>
            <source>Everyday questions and rewriting, in English.</source>
            <translation>Alltägliche Fragen und Umschreiben, auf Englisch.</translation>
        </message>
        <message>
            <source>Everyday words, or the exact terms of the field.</source>
            <translation>Alltägliche Wörter oder die genauen Begriffe des Fachs.</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>Fill in what is empty.</source>
            <translation>Fülle aus, was leer ist.</translation>
        </message>
        <message>
            <source>Finding how strong each may be</source>
            <translation>Findet heraus, wie stark jede sein darf</translation>
        </message>
        <message>
            <source>Formal</source>
            <translation>Förmlich</translation>
        </message>
        <message>
            <source>Free some space and go on: what has arrived is kept.</source>
            <translation>Schaffe etwas Platz und mach weiter: Was angekommen ist, bleibt erhalten.</translation>
        </message>
        <message>
            <source>Free some space and try again.</source>
            <translation>Schaffe etwas Platz und versuche es noch einmal.</translation>
        </message>
        <message>
            <source>Friendly and encouraging, or neutral and matter-of-fact.</source>
            <translation>Freundlich und ermutigend oder neutral und sachlich.</translation>
        </message>
        <message>
            <source>Fully open, its training data too; everyday questions in English.</source>
            <translation>Ganz offen, auch die Trainingsdaten; alltägliche Fragen auf Englisch.</translation>
        </message>
        <message>
            <source>Give it one.</source>
            <translation>Gib ihr einen.</translation>
        </message>
        <message>
            <source>Give the opposite another name.</source>
            <translation>Gib dem Gegenteil einen anderen Namen.</translation>
        </message>
        <message>
            <source>Go on when it is done, or download this there.</source>
            <translation>Mach weiter, wenn es fertig ist, oder lade dies dort herunter.</translation>
        </message>
        <message>
            <source>Harmful or deceptive</source>
            <translation>Schädlich oder täuschend</translation>
        </message>
        <message>
            <source>Harmless and honest</source>
            <translation>Harmlos und ehrlich</translation>
        </message>
        <message>
            <source>Harmless and honest. Always on; personal taste can never override it.</source>
            <translation>Harmlos und ehrlich. Immer an; persönlicher Geschmack kann das nie überstimmen.</translation>
        </message>
        <message>
            <source>How much is said: a couple of sentences, or everything there is to say.</source>
            <translation>Wie viel gesagt wird: ein paar Sätze oder alles, was es zu sagen gibt.</translation>
        </message>
        <message>
            <source>Humorous</source>
            <translation>Humorvoll</translation>
        </message>
        <message>
            <source>Imaginative</source>
            <translation>Einfallsreich</translation>
        </message>
        <message>
            <source>Install it with: pip install 'attune[starter]', or choose a GGUF file of your own.</source>
            <translation>Installiere es mit: pip install 'attune[starter]', oder wähle eine eigene GGUF-Datei.</translation>
        </message>
        <message>
            <source>It may have been forgotten; reload the conversation.</source>
            <translation>Vielleicht wurde es vergessen; lade die Unterhaltung neu.</translation>
        </message>
        <message>
            <source>It was moved aside, not deleted; Attune starts with an empty one.</source>
            <translation>Es wurde beiseitegelegt, nicht gelöscht; Attune beginnt mit einem leeren.</translation>
        </message>
        <message>
            <source>It was moved to {value1}, not deleted; an empty one took its place.</source>
            <translation>Er wurde nach {value1} verschoben, nicht gelöscht; ein leerer ist an seine Stelle getreten.</translation>
        </message>
        <message>
            <source>Jokes and wit, or serious throughout.</source>
            <translation>Witz und Humor oder durchweg ernst.</translation>
        </message>
        <message>
            <source>Knows and writes well in many languages, with a GPU or patience.</source>
            <translation>Weiß viel und schreibt gut in vielen Sprachen, mit GPU oder Geduld.</translation>
        </message>
        <message>
            <source>Learning from it</source>
            <translation>Lernt daraus</translation>
        </message>
        <message>
            <source>Leave it out, or choose a llama model.</source>
            <translation>Lass ihn weg oder wähle ein llama-Modell.</translation>
        </message>
        <message>
            <source>Leave one of them out.</source>
            <translation>Lass eines davon weg.</translation>
        </message>
        <message>
            <source>Lists</source>
            <translation>Listen</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>Das Modell wird geladen</translation>
        </message>
        <message>
            <source>Loading the second model</source>
            <translation>Das zweite Modell wird geladen</translation>
        </message>
        <message>
            <source>Long texts, code and careful answers, with a GPU or patience.</source>
            <translation>Lange Texte, Code und sorgfältige Antworten, mit GPU oder Geduld.</translation>
        </message>
        <message>
            <source>Look for a repository whose name ends in GGUF.</source>
            <translation>Suche ein Repository, dessen Name auf GGUF endet.</translation>
        </message>
        <message>
            <source>Making a first version</source>
            <translation>Macht eine erste Fassung</translation>
        </message>
        <message>
            <source>Move Attune’s data to another disk with ATTUNE_DATA_DIR.</source>
            <translation>Lege Attunes Daten mit ATTUNE_DATA_DIR auf ein anderes Laufwerk.</translation>
        </message>
        <message>
            <source>Neutral</source>
            <translation>Sachlich</translation>
        </message>
        <message>
            <source>Never asks</source>
            <translation>Fragt nie</translation>
        </message>
        <message>
            <source>No model is loaded.</source>
            <translation>Es ist kein Modell geladen.</translation>
        </message>
        <message>
            <source>Open a web page to sign in to the network, then try again.</source>
            <translation>Öffne eine Webseite, um dich im Netz anzumelden, und versuche es dann noch einmal.</translation>
        </message>
        <message>
            <source>Plain</source>
            <translation>Schlicht</translation>
        </message>
        <message>
            <source>Points one under another, or sentences that follow each other.</source>
            <translation>Punkte untereinander oder Sätze, die aufeinander folgen.</translation>
        </message>
        <message>
            <source>Polite and correct, or relaxed like a chat between friends.</source>
            <translation>Höflich und korrekt oder locker wie ein Chat unter Freunden.</translation>
        </message>
        <message>
            <source>Practising</source>
            <translation>Übt</translation>
        </message>
        <message>
            <source>Preferences are read by a teacher or by a reward model, not by both.</source>
            <translation>Vorlieben liest entweder ein Lehrer oder ein Belohnungsmodell, nicht beide.</translation>
        </message>
        <message>
            <source>Prose</source>
            <translation>Fließtext</translation>
        </message>
        <message>
            <source>Questions to you before or after answering, or never a question.</source>
            <translation>Fragen an dich vor oder nach der Antwort oder nie eine Frage.</translation>
        </message>
        <message>
            <source>Reading how the model answers</source>
            <translation>Liest, wie das Modell antwortet</translation>
        </message>
        <message>
            <source>Reasoning and code for its size, in English; short conversations.</source>
            <translation>Für seine Größe gut in Logik und Code, auf Englisch; kurze Unterhaltungen.</translation>
        </message>
        <message>
            <source>Recalling</source>
            <translation>Erinnert sich</translation>
        </message>
        <message>
            <source>Reinstall Attune, or name another file.</source>
            <translation>Installiere Attune neu oder gib eine andere Datei an.</translation>
        </message>
        <message>
            <source>Reinstall Attune.</source>
            <translation>Installiere Attune neu.</translation>
        </message>
        <message>
            <source>Replies can't be scored without a reward.</source>
            <translation>Ohne Belohnung lassen sich Antworten nicht bewerten.</translation>
        </message>
        <message>
            <source>Restart Attune.</source>
            <translation>Starte Attune neu.</translation>
        </message>
        <message>
            <source>Restart Attune: the file is moved aside, not deleted, and a new one begun.</source>
            <translation>Starte Attune neu: Die Datei wird beiseitegelegt, nicht gelöscht, und eine neue begonnen.</translation>
        </message>
        <message>
            <source>Restart Attune; your data is untouched.</source>
            <translation>Starte Attune neu; deine Daten sind unberührt.</translation>
        </message>
        <message>
            <source>Say it in fewer words.</source>
            <translation>Sag es mit weniger Worten.</translation>
        </message>
        <message>
            <source>Serious</source>
            <translation>Ernst</translation>
        </message>
        <message>
            <source>Set fast attention to automatic, or keep the memory at full precision.</source>
            <translation>Stelle die schnelle Aufmerksamkeit auf automatisch oder lass das Gedächtnis bei voller Genauigkeit.</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>Form</translation>
        </message>
        <message>
            <source>Shorten it, or split it into parts.</source>
            <translation>Kürze sie oder teile sie auf.</translation>
        </message>
        <message>
            <source>Simple</source>
            <translation>Einfach</translation>
        </message>
        <message>
            <source>Small and quick, in many languages.</source>
            <translation>Klein und schnell, in vielen Sprachen.</translation>
        </message>
        <message>
            <source>Something went wrong in the engine.</source>
            <translation>In der Engine ist etwas schiefgegangen.</translation>
        </message>
        <message>
            <source>Something went wrong in the preference memory.</source>
            <translation>Im Gedächtnis der Vorlieben ist etwas schiefgegangen.</translation>
        </message>
        <message>
            <source>Stance</source>
            <translation>Haltung</translation>
        </message>
        <message>
            <source>Start a new conversation, or load the model with a longer context.</source>
            <translation>Beginne eine neue Unterhaltung oder lade das Modell mit einem längeren Kontext.</translation>
        </message>
        <message>
            <source>Start it again when you like.</source>
            <translation>Starte es wieder, wann du magst.</translation>
        </message>
        <message>
            <source>Start it again.</source>
            <translation>Starte es noch einmal.</translation>
        </message>
        <message>
            <source>Step by step</source>
            <translation>Schrittweise</translation>
        </message>
        <message>
            <source>Straight answer</source>
            <translation>Gleich die Antwort</translation>
        </message>
        <message>
            <source>Strong for its size: questions, writing and code in many languages.</source>
            <translation>Stark für seine Größe: Fragen, Texte und Code in vielen Sprachen.</translation>
        </message>
        <message>
            <source>Structured with headings</source>
            <translation>Mit Überschriften</translation>
        </message>
        <message>
            <source>Summaries, letters and long texts.</source>
            <translation>Zusammenfassungen, Briefe und lange Texte.</translation>
        </message>
        <message>
            <source>Switch offline mode off, or add a model file by hand.</source>
            <translation>Schalte den Offline-Modus aus oder füge eine Modelldatei von Hand hinzu.</translation>
        </message>
        <message>
            <source>Technical</source>
            <translation>Fachlich</translation>
        </message>
        <message>
            <source>The GPU had no room for this model, so it runs in main memory, more slowly.</source>
            <translation>Die GPU hatte keinen Platz für dieses Modell, also läuft es im Hauptspeicher, langsamer.</translation>
        </message>
        <message>
            <source>The GPU had no room for {value1} layers, so {value2} are on it and the rest in main memory.</source>
            <translation>Die GPU hatte keinen Platz für {value1} Schichten, also sind {value2} dort und der Rest im Hauptspeicher.</translation>
        </message>
        <message>
            <source>The address of the model hub leads nowhere.</source>
            <translation>Die Adresse des Modellverzeichnisses führt nirgendwohin.</translation>
        </message>
        <message>
            <source>The baseline from the paper runs models of architecture llama only.</source>
            <translation>Der Vergleich aus dem Aufsatz läuft nur mit Modellen der Architektur llama.</translation>
        </message>
        <message>
            <source>The built-in model is not installed.</source>
            <translation>Das eingebaute Modell ist nicht installiert.</translation>
        </message>
        <message>
            <source>The calibration prompts can't be read.</source>
            <translation>Die Fragen zum Einstellen sind nicht lesbar.</translation>
        </message>
        <message>
            <source>The connection broke.</source>
            <translation>Die Verbindung brach ab.</translation>
        </message>
        <message>
            <source>The disk has {value1} GB free, and this download needs {value2} GB.</source>
            <translation>Auf dem Laufwerk sind {value1} GB frei, und dieser Download braucht {value2} GB.</translation>
        </message>
        <message>
            <source>The disk is full.</source>
            <translation>Das Laufwerk ist voll.</translation>
        </message>
        <message>
            <source>The engine stopped three times in a row while opening this model.</source>
            <translation>Beim Öffnen dieses Modells blieb die Engine dreimal hintereinander stehen.</translation>
        </message>
        <message>
            <source>The engine stopped unexpectedly. What was said so far is kept.</source>
            <translation>Die Engine ist unerwartet stehen geblieben. Was bis dahin gesagt wurde, bleibt erhalten.</translation>
        </message>
        <message>
            <source>The engine stopped while opening the model.</source>
            <translation>Beim Öffnen des Modells blieb die Engine stehen.</translation>
        </message>
        <message>
            <source>The file can’t be written: {value1}.</source>
            <translation>Die Datei lässt sich nicht schreiben: {value1}.</translation>
        </message>
        <message>
            <source>The file may be cut short or for another version: download it again, or choose another.</source>
            <translation>Die Datei ist vielleicht abgeschnitten oder für eine andere Version: Lade sie noch einmal herunter oder wähle eine andere.</translation>
        </message>
        <message>
            <source>The file that arrived is not the one the repository names. It was thrown away.</source>
            <translation>Die Datei, die ankam, ist nicht die, die das Repository nennt. Sie wurde weggeworfen.</translation>
        </message>
        <message>
            <source>The guidance strength {value1} is out of range.</source>
            <translation>Die Stärke {value1} liegt außerhalb des Bereichs.</translation>
        </message>
        <message>
            <source>The hub offers another file than the one Attune knows under this name.</source>
            <translation>Das Verzeichnis bietet unter diesem Namen eine andere Datei an als die, die Attune kennt.</translation>
        </message>
        <message>
            <source>The model could not be downloaded.</source>
            <translation>Das Modell konnte nicht heruntergeladen werden.</translation>
        </message>
        <message>
            <source>The model stopped in the middle of its work.</source>
            <translation>Das Modell blieb mitten in der Arbeit stehen.</translation>
        </message>
        <message>
            <source>The model's context is full.</source>
            <translation>Der Kontext des Modells ist voll.</translation>
        </message>
        <message>
            <source>The name is too long.</source>
            <translation>Der Name ist zu lang.</translation>
        </message>
        <message>
            <source>The preference memory could not be read.</source>
            <translation>Das Gedächtnis der Vorlieben war nicht lesbar.</translation>
        </message>
        <message>
            <source>The proxy of this computer refused the connection.</source>
            <translation>Der Proxy dieses Computers hat die Verbindung abgelehnt.</translation>
        </message>
        <message>
            <source>The server asks for a pause.</source>
            <translation>Der Server bittet um eine Pause.</translation>
        </message>
        <message>
            <source>The server does not say what this file must look like, so it could not be checked.</source>
            <translation>Der Server sagt nicht, wie diese Datei aussehen muss, darum ließ sie sich nicht prüfen.</translation>
        </message>
        <message>
            <source>The server has trouble at the moment.</source>
            <translation>Der Server hat gerade Schwierigkeiten.</translation>
        </message>
        <message>
            <source>The server no longer has the file that this download began with.</source>
            <translation>Der Server hat die Datei nicht mehr, mit der dieser Download begann.</translation>
        </message>
        <message>
            <source>The server refused {value1} ({value2}).</source>
            <translation>Der Server hat {value1} verweigert ({value2}).</translation>
        </message>
        <message>
            <source>The server stopped answering.</source>
            <translation>Der Server antwortet nicht mehr.</translation>
        </message>
        <message>
            <source>The tuning of this model can't be used.</source>
            <translation>Die Einstellung dieses Modells ist nicht verwendbar.</translation>
        </message>
        <message>
            <source>The tuning of this model was made by another version of Attune.</source>
            <translation>Auf dieses Modell wurde mit einer anderen Version von Attune eingestellt.</translation>
        </message>
        <message>
            <source>The weight {value1} for “{value2}” is out of range.</source>
            <translation>Das Gewicht {value1} für „{value2}“ liegt außerhalb des Bereichs.</translation>
        </message>
        <message>
            <source>There is already a persona called “{value1}”.</source>
            <translation>Es gibt schon eine Persona namens „{value1}“.</translation>
        </message>
        <message>
            <source>There is no model file at {value1}.</source>
            <translation>Unter {value1} liegt keine Modelldatei.</translation>
        </message>
        <message>
            <source>There is no preference called “{value1}” that can be set.</source>
            <translation>Es gibt keine Vorliebe namens „{value1}“, die sich einstellen lässt.</translation>
        </message>
        <message>
            <source>There is no {value1}, or it asks you to sign in.</source>
            <translation>{value1} gibt es nicht, oder du musst dich dafür anmelden.</translation>
        </message>
        <message>
            <source>There is no {value1}.</source>
            <translation>{value1} gibt es nicht.</translation>
        </message>
        <message>
            <source>There is not enough memory for this model at this context length.</source>
            <translation>Für dieses Modell mit dieser Kontextlänge ist nicht genug Speicher da.</translation>
        </message>
        <message>
            <source>There is not enough memory for this.</source>
            <translation>Dafür ist nicht genug Speicher da.</translation>
        </message>
        <message>
            <source>There is nothing to answer.</source>
            <translation>Es gibt nichts zu beantworten.</translation>
        </message>
        <message>
            <source>There is nothing to tune with.</source>
            <translation>Es gibt nichts, womit eingestellt werden kann.</translation>
        </message>
        <message>
            <source>There was no memory for a context of {value1} tokens, so it is {value2}: Attune looks back less far.</source>
            <translation>Für einen Kontext von {value1} Token war kein Speicher da, also sind es {value2}: Attune blickt weniger weit zurück.</translation>
        </message>
        <message>
            <source>This GGUF holds no language model.</source>
            <translation>In dieser GGUF-Datei ist kein Sprachmodell.</translation>
        </message>
        <message>
            <source>This data was written by a newer version of Attune.</source>
            <translation>Diese Daten hat eine neuere Version von Attune geschrieben.</translation>
        </message>
        <message>
            <source>This disk can’t hold a file of that size.</source>
            <translation>Dieses Laufwerk kann keine so große Datei aufnehmen.</translation>
        </message>
        <message>
            <source>This file is not a profile that Attune can read.</source>
            <translation>Diese Datei ist kein Profil, das Attune lesen kann.</translation>
        </message>
        <message>
            <source>This is no longer in the memory.</source>
            <translation>Das ist nicht mehr im Gedächtnis.</translation>
        </message>
        <message>
            <source>This is not a GGUF model file.</source>
            <translation>Das ist keine GGUF-Modelldatei.</translation>
        </message>
        <message>
            <source>This message is too long for the model.</source>
            <translation>Diese Nachricht ist zu lang für das Modell.</translation>
        </message>
        <message>
            <source>This model file can't be opened.</source>
            <translation>Diese Modelldatei lässt sich nicht öffnen.</translation>
        </message>
        <message>
            <source>This model file has a version that Attune can't read.</source>
            <translation>Diese Modelldatei hat eine Version, die Attune nicht lesen kann.</translation>
        </message>
        <message>
            <source>This model file is cut short.</source>
            <translation>Diese Modelldatei ist abgeschnitten.</translation>
        </message>
        <message>
            <source>This model file is damaged or cut short.</source>
            <translation>Diese Modelldatei ist beschädigt oder abgeschnitten.</translation>
        </message>
        <message>
            <source>This model has another vocabulary.</source>
            <translation>Dieses Modell hat einen anderen Wortschatz.</translation>
        </message>
        <message>
            <source>This model's chat template can't be used: {value1}.</source>
            <translation>Die Chat-Vorlage dieses Modells ist nicht verwendbar: {value1}.</translation>
        </message>
        <message>
            <source>This model's output layer is stored as {value1}, which can't be tuned yet.</source>
            <translation>Die Ausgabeschicht dieses Modells ist als {value1} gespeichert; darauf kann sich Attune noch nicht einstellen.</translation>
        </message>
        <message>
            <source>This persona can't be kept.</source>
            <translation>Diese Persona kann nicht aufgenommen werden.</translation>
        </message>
        <message>
            <source>This preference can't be kept.</source>
            <translation>Diese Vorliebe kann nicht aufgenommen werden.</translation>
        </message>
        <message>
            <source>This profile was written by a newer version of Attune.</source>
            <translation>Dieses Profil hat eine neuere Version von Attune geschrieben.</translation>
        </message>
        <message>
            <source>Titled sections, or plain text without titles.</source>
            <translation>Abschnitte mit Überschriften oder einfacher Text ohne Überschriften.</translation>
        </message>
        <message>
            <source>Tone</source>
            <translation>Ton</translation>
        </message>
        <message>
            <source>Try again in a few minutes: what has arrived is kept.</source>
            <translation>Versuche es in ein paar Minuten noch einmal: Was angekommen ist, bleibt erhalten.</translation>
        </message>
        <message>
            <source>Try again; if it happens once more, choose another repository.</source>
            <translation>Versuche es noch einmal; wenn es wieder geschieht, wähle ein anderes Repository.</translation>
        </message>
        <message>
            <source>Try again; if it happens once more, restart Attune.</source>
            <translation>Versuche es noch einmal; wenn es wieder geschieht, starte Attune neu.</translation>
        </message>
        <message>
            <source>Try another repository.</source>
            <translation>Versuche ein anderes Repository.</translation>
        </message>
        <message>
            <source>Try once more; if it stops again, choose another model file.</source>
            <translation>Versuche es noch einmal; bleibt sie wieder stehen, wähle eine andere Modelldatei.</translation>
        </message>
        <message>
            <source>Trying again in {value1} seconds.</source>
            <translation>Neuer Versuch in {value1} Sekunden.</translation>
        </message>
        <message>
            <source>Trying again.</source>
            <translation>Neuer Versuch.</translation>
        </message>
        <message>
            <source>Trying each preference</source>
            <translation>Probiert jede Vorliebe</translation>
        </message>
        <message>
            <source>Tune Attune to this model again.</source>
            <translation>Stelle Attune noch einmal auf dieses Modell ein.</translation>
        </message>
        <message>
            <source>Update Attune and import it again.</source>
            <translation>Aktualisiere Attune und importiere es noch einmal.</translation>
        </message>
        <message>
            <source>Update Attune, or start with another --data-dir.</source>
            <translation>Aktualisiere Attune oder starte mit einem anderen --data-dir.</translation>
        </message>
        <message>
            <source>Use --reward teacher, or tune Attune to this model again: attune calibrate.</source>
            <translation>Verwende --reward teacher oder stelle Attune noch einmal auf dieses Modell ein: attune calibrate.</translation>
        </message>
        <message>
            <source>Use --reward teacher, or tune Attune to this model first: attune calibrate.</source>
            <translation>Verwende --reward teacher oder stelle Attune erst auf dieses Modell ein: attune calibrate.</translation>
        </message>
        <message>
            <source>Use at most {value1} characters.</source>
            <translation>Verwende höchstens {value1} Zeichen.</translation>
        </message>
        <message>
            <source>Use the model with the teacher, or another quantisation of it.</source>
            <translation>Verwende das Modell mit dem Lehrer (teacher) oder eine andere Quantisierung davon.</translation>
        </message>
        <message>
            <source>Use the model with the teacher.</source>
            <translation>Verwende das Modell mit dem Lehrer (teacher).</translation>
        </message>
        <message>
            <source>Use the teacher or the head.</source>
            <translation>Verwende den Lehrer (teacher) oder den Kopf (head).</translation>
        </message>
        <message>
            <source>Use the window that is open, or start with another --data-dir.</source>
            <translation>Verwende das Fenster, das offen ist, oder starte mit einem anderen --data-dir.</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>Werte</translation>
        </message>
        <message>
            <source>Very small and quick; short answers, simple tasks.</source>
            <translation>Sehr klein und schnell; kurze Antworten, einfache Aufgaben.</translation>
        </message>
        <message>
            <source>Vivid pictures and fresh ideas, or the usual way of putting it.</source>
            <translation>Lebendige Bilder und neue Ideen oder die übliche Art, es zu sagen.</translation>
        </message>
        <message>
            <source>Wait until it is done, or cancel it.</source>
            <translation>Warte, bis es fertig ist, oder brich es ab.</translation>
        </message>
        <message>
            <source>Warm</source>
            <translation>Herzlich</translation>
        </message>
        <message>
            <source>What arrived is no model file; a sign-in page of the network may stand in between.</source>
            <translation>Was ankam, ist keine Modelldatei; vielleicht liegt eine Anmeldeseite des Netzes dazwischen.</translation>
        </message>
        <message>
            <source>What this model computes is not a number: its file is damaged.</source>
            <translation>Was dieses Modell berechnet, ist keine Zahl: Seine Datei ist beschädigt.</translation>
        </message>
        <message>
            <source>Words</source>
            <translation>Worte</translation>
        </message>
        <message>
            <source>Working it out one numbered step at a time, or the answer straight away.</source>
            <translation>Es Schritt für Schritt nummeriert herleiten oder gleich die Antwort.</translation>
        </message>
        <message>
            <source>Write it as on its page: owner/name.</source>
            <translation>Schreibe es wie auf seiner Seite: Besitzer/Name.</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>Deine</translation>
        </message>
        <message>
            <source>abstract</source>
            <translation>abstrakt</translation>
        </message>
        <message>
            <source>asks back</source>
            <translation>fragt zurück</translation>
        </message>
        <message>
            <source>casual</source>
            <translation>locker</translation>
        </message>
        <message>
            <source>cautious</source>
            <translation>vorsichtig</translation>
        </message>
        <message>
            <source>concise</source>
            <translation>knapp</translation>
        </message>
        <message>
            <source>conventional</source>
            <translation>üblich</translation>
        </message>
        <message>
            <source>detailed</source>
            <translation>ausführlich</translation>
        </message>
        <message>
            <source>direct</source>
            <translation>geradeheraus</translation>
        </message>
        <message>
            <source>examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>fewer questions back</source>
            <translation>weniger Rückfragen</translation>
        </message>
        <message>
            <source>formal</source>
            <translation>förmlich</translation>
        </message>
        <message>
            <source>harmful or deceptive</source>
            <translation>schädlich oder täuschend</translation>
        </message>
        <message>
            <source>harmless and honest</source>
            <translation>harmlos und ehrlich</translation>
        </message>
        <message>
            <source>humorous</source>
            <translation>humorvoll</translation>
        </message>
        <message>
            <source>imaginative</source>
            <translation>einfallsreich</translation>
        </message>
        <message>
            <source>lists</source>
            <translation>Listen</translation>
        </message>
        <message>
            <source>llama.cpp can't load {value1}: {value2}.</source>
            <translation>llama.cpp kann {value1} nicht laden: {value2}.</translation>
        </message>
        <message>
            <source>more abstract</source>
            <translation>abstrakter</translation>
        </message>
        <message>
            <source>more casual</source>
            <translation>lockerer</translation>
        </message>
        <message>
            <source>more cautious</source>
            <translation>vorsichtiger</translation>
        </message>
        <message>
            <source>more concise</source>
            <translation>knapper</translation>
        </message>
        <message>
            <source>more conventional</source>
            <translation>mehr wie üblich</translation>
        </message>
        <message>
            <source>more detailed</source>
            <translation>ausführlicher</translation>
        </message>
        <message>
            <source>more direct</source>
            <translation>mehr geradeheraus</translation>
        </message>
        <message>
            <source>more examples</source>
            <translation>mehr Beispiele</translation>
        </message>
        <message>
            <source>more formal</source>
            <translation>förmlicher</translation>
        </message>
        <message>
            <source>more harmful or deceptive</source>
            <translation>schädlicher oder täuschender</translation>
        </message>
        <message>
            <source>more harmless and honest</source>
            <translation>harmloser und ehrlicher</translation>
        </message>
        <message>
            <source>more headings</source>
            <translation>mehr Überschriften</translation>
        </message>
        <message>
            <source>more humorous</source>
            <translation>humorvoller</translation>
        </message>
        <message>
            <source>more imaginative</source>
            <translation>einfallsreicher</translation>
        </message>
        <message>
            <source>more lists</source>
            <translation>mehr Listen</translation>
        </message>
        <message>
            <source>more neutral</source>
            <translation>sachlicher</translation>
        </message>
        <message>
            <source>more prose</source>
            <translation>mehr Fließtext</translation>
        </message>
        <message>
            <source>more questions back</source>
            <translation>mehr Rückfragen</translation>
        </message>
        <message>
            <source>more serious</source>
            <translation>ernster</translation>
        </message>
        <message>
            <source>more step by step</source>
            <translation>mehr Schritt für Schritt</translation>
        </message>
        <message>
            <source>more technical</source>
            <translation>fachlicher</translation>
        </message>
        <message>
            <source>neutral</source>
            <translation>sachlich</translation>
        </message>
        <message>
            <source>never asks</source>
            <translation>fragt nie</translation>
        </message>
        <message>
            <source>plain</source>
            <translation>schlicht</translation>
        </message>
        <message>
            <source>plainer</source>
            <translation>schlichter</translation>
        </message>
        <message>
            <source>prose</source>
            <translation>Fließtext</translation>
        </message>
        <message>
            <source>serious</source>
            <translation>ernst</translation>
        </message>
        <message>
            <source>simple</source>
            <translation>einfach</translation>
        </message>
        <message>
            <source>simpler</source>
            <translation>einfacher</translation>
        </message>
        <message>
            <source>step by step</source>
            <translation>schrittweise</translation>
        </message>
        <message>
            <source>straight answer</source>
            <translation>gleich die Antwort</translation>
        </message>
        <message>
            <source>straighter to the point</source>
            <translation>direkter zur Antwort</translation>
        </message>
        <message>
            <source>structured with headings</source>
            <translation>mit Überschriften</translation>
        </message>
        <message>
            <source>technical</source>
            <translation>fachlich</translation>
        </message>
        <message>
            <source>warm</source>
            <translation>herzlich</translation>
        </message>
        <message>
            <source>warmer</source>
            <translation>herzlicher</translation>
        </message>
        <message>
            <source>{value1} can't be read: {value2}.</source>
            <translation>{value1} ist nicht lesbar: {value2}.</translation>
        </message>
        <message>
            <source>{value1} can’t read along with {value2}: it has {value3} tokens instead of {value4}.</source>
            <translation>{value1} kann nicht mit {value2} mitlesen: Es hat {value3} Token statt {value4}.</translation>
        </message>
        <message>
            <source>{value1} can’t read along with {value2}: its token {value3} is “{value4}” instead of “{value5}”.</source>
            <translation>{value1} kann nicht mit {value2} mitlesen: Sein Token {value3} ist „{value4}“ statt „{value5}“.</translation>
        </message>
        <message>
            <source>{value1} can’t read along with {value2}: {value3} lists no tokens.</source>
            <translation>{value1} kann nicht mit {value2} mitlesen: {value3} nennt keine Token.</translation>
        </message>
        <message>
            <source>{value1} holds no GGUF files.</source>
            <translation>{value1} enthält keine GGUF-Dateien.</translation>
        </message>
        <message>
            <source>{value1} is damaged or not a head file.</source>
            <translation>{value1} ist beschädigt oder keine Kopfdatei.</translation>
        </message>
        <message>
            <source>{value1} is damaged.</source>
            <translation>{value1} ist beschädigt.</translation>
        </message>
        <message>
            <source>{value1} is empty or can't be read.</source>
            <translation>{value1} ist leer oder nicht lesbar.</translation>
        </message>
        <message>
            <source>{value1} is empty.</source>
            <translation>{value1} ist leer.</translation>
        </message>
        <message>
            <source>{value1} is given only to people who have accepted its licence.</source>
            <translation>{value1} bekommt nur, wer die Lizenz angenommen hat.</translation>
        </message>
        <message>
            <source>{value1} is not a GGUF model file.</source>
            <translation>{value1} ist keine GGUF-Modelldatei.</translation>
        </message>
        <message>
            <source>{value1} is {value2}; it must be between {value3} and {value4}.</source>
            <translation>{value1} ist {value2}; erlaubt ist {value3} bis {value4}.</translation>
        </message>
        <message>
            <source>{value1} looks back at most {value2} tokens, so both do.</source>
            <translation>{value1} blickt höchstens {value2} Token zurück, also tun es beide.</translation>
        </message>
        <message>
            <source>{value1} must be between {value2} and {value3}.</source>
            <translation>{value1} muss zwischen {value2} und {value3} liegen.</translation>
        </message>
        <message>
            <source>{value1} was made by another version of Attune (format {value2}).</source>
            <translation>{value1} wurde von einer anderen Version von Attune gemacht (Format {value2}).</translation>
        </message>
        <message>
            <source>{value1} was made for another model.</source>
            <translation>{value1} wurde für ein anderes Modell gemacht.</translation>
        </message>
        <message>
            <source>{value1}, which is to read preferences, can’t be opened.</source>
            <translation>{value1} soll die Vorlieben lesen, lässt sich aber nicht öffnen.</translation>
        </message>
        <message>
            <source>“{value1}” is not the name of a GGUF file.</source>
            <translation>„{value1}“ ist nicht der Name einer GGUF-Datei.</translation>
        </message>
        <message>
            <source>“{value1}” is not the name of a repository.</source>
            <translation>„{value1}“ ist nicht der Name eines Repositorys.</translation>
        </message>
    </context>
</TS>
