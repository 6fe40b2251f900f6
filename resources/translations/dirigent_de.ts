<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>AccountChip</name>
    <message>
        <source>Account: %1</source>
        <translation>Konto: %1</translation>
    </message>
</context>
<context>
    <name>AccountWindow</name>
    <message>
        <source>My account on this machine</source>
        <translation>Mein Konto auf diesem Rechner</translation>
    </message>
    <message>
        <source>Stored here</source>
        <translation>Hier gespeichert</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>Screen lock</source>
        <translation>Bildschirmsperre</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Removal</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>All of it is encrypted. The key is in a file of this profile, as you chose.</source>
        <translation>Alles ist verschlüsselt. Der Schlüssel liegt, wie von Ihnen gewählt, in einer Datei dieses Profils.</translation>
    </message>
    <message>
        <source>All of it is encrypted. The key is in the keyring of this system.</source>
        <translation>Alles ist verschlüsselt. Der Schlüssel liegt im Schlüsselbund dieses Systems.</translation>
    </message>
    <message>
        <source>Change the key</source>
        <translation>Schlüssel wechseln</translation>
    </message>
    <message>
        <source>Encrypting anew</source>
        <translation>Neuverschlüsselung</translation>
    </message>
    <message numerus="yes">
        <source>Closed contacts are kept for %n days.</source>
        <translation>
            <numerusform>Abgeschlossene Kontakte werden %n Tag aufbewahrt.</numerusform>
            <numerusform>Abgeschlossene Kontakte werden %n Tage aufbewahrt.</numerusform>
        </translation>
    </message>
    <message>
        <source>At most %1 messages are kept.</source>
        <translation>Höchstens %1 Nachrichten werden aufbewahrt.</translation>
    </message>
    <message>
        <source>Files are kept up to %1 MB altogether.</source>
        <translation>Dateien werden bis zu insgesamt %1 MB aufbewahrt.</translation>
    </message>
    <message numerus="yes">
        <source>Error reports are kept for %n days.</source>
        <translation>
            <numerusform>Fehlerberichte werden %n Tag aufbewahrt.</numerusform>
            <numerusform>Fehlerberichte werden %n Tage aufbewahrt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Locks after %n minutes without keyboard or mouse, and when the machine sleeps.</source>
        <translation>
            <numerusform>Sperrt nach %n Minute ohne Tastatur und Maus sowie im Ruhezustand des Rechners.</numerusform>
            <numerusform>Sperrt nach %n Minuten ohne Tastatur und Maus sowie im Ruhezustand des Rechners.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Locks after %n minutes without keyboard or mouse.</source>
        <translation>
            <numerusform>Sperrt nach %n Minute ohne Tastatur und Maus.</numerusform>
            <numerusform>Sperrt nach %n Minuten ohne Tastatur und Maus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Locks when the machine sleeps, and when you say so.</source>
        <translation>Sperrt im Ruhezustand des Rechners und auf Ihren Wunsch.</translation>
    </message>
    <message>
        <source>Locks when you say so.</source>
        <translation>Sperrt auf Ihren Wunsch.</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>%1 Nachrichten</translation>
    </message>
    <message>
        <source>%1 contacts</source>
        <translation>%1 Kontakte</translation>
    </message>
    <message>
        <source>%1 customers</source>
        <translation>%1 Kunden</translation>
    </message>
    <message numerus="yes">
        <source>%n files (%1)</source>
        <translation>
            <numerusform>%n Datei (%1)</numerusform>
            <numerusform>%n Dateien (%1)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on the disk</source>
        <translation>%1 auf dem Datenträger</translation>
    </message>
    <message>
        <source>Encrypting everything anew. You can go on working.</source>
        <translation>Alles wird neu verschlüsselt. Sie können weiterarbeiten.</translation>
    </message>
    <message>
        <source>There is a new key; the old one is erased.</source>
        <translation>Es gilt ein neuer Schlüssel; der alte ist gelöscht.</translation>
    </message>
</context>
<context>
    <name>AccountsWindow</name>
    <message>
        <source>Accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>All of them share this window, its search, and the encrypted data on this machine.</source>
        <translation>Alle teilen sich dieses Fenster, seine Suche und die verschlüsselten Daten auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Name of the account</source>
        <translation>Name des Kontos</translation>
    </message>
    <message>
        <source>Re&amp;name</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>Remove it &amp;with all that</source>
        <translation>Mit all&amp;em entfernen</translation>
    </message>
    <message>
        <source>&amp;Add an account…</source>
        <translation>Konto &amp;hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Sign in…</source>
        <translation>Anmel&amp;den&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausieren</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>En&amp;tfernen&#xa0;…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>Go &amp;on</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>This is the desk&apos;s first account: it is removed with all local data, in My account.</source>
        <translation>Das ist das erste Konto dieses Arbeitsplatzes: Es wird mit allen lokalen Daten entfernt, unter „Mein Konto auf diesem Rechner“.</translation>
    </message>
    <message>
        <source>Remove %1? Its contacts and customers leave this machine.</source>
        <translation>%1 entfernen? Kontakte und Kunden dieses Kontos verschwinden von diesem Rechner.</translation>
    </message>
    <message numerus="yes">
        <source>%n commands were not sent yet and will be lost.</source>
        <translation>
            <numerusform>%n Befehl ist noch nicht gesendet und geht verloren.</numerusform>
            <numerusform>%n Befehle sind noch nicht gesendet und gehen verloren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commands were refused and will be lost.</source>
        <translation>
            <numerusform>%n Befehl wurde abgelehnt und geht verloren.</numerusform>
            <numerusform>%n Befehle wurden abgelehnt und gehen verloren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts will be lost.</source>
        <translation>
            <numerusform>%n Entwurf geht verloren.</numerusform>
            <numerusform>%n Entwürfe gehen verloren.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AgentsCard</name>
    <message>
        <source>Agents</source>
        <translation>Mitarbeitende</translation>
    </message>
    <message>
        <source>Nobody works here yet.</source>
        <translation>Hier arbeitet noch niemand.</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>All teams</source>
        <translation>Alle Teams</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>Alle Status</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>Angemeldet</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>Beschäftigt</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Abwesend</translation>
    </message>
    <message>
        <source>In trouble</source>
        <translation>Nicht erreichbar</translation>
    </message>
</context>
<context>
    <name>AlertsPage</name>
    <message>
        <source>Alerts</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>All is well. What needs you shows up here.</source>
        <translation>Alles in Ordnung. Was Sie braucht, erscheint hier.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show what the alert is about</source>
        <translation>Zeigen, worum es bei der Warnung geht</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Gesehen</translation>
    </message>
    <message>
        <source>I have seen the alert</source>
        <translation>Ich habe die Warnung gesehen</translation>
    </message>
    <message>
        <source>Rules…</source>
        <translation>Regeln&#xa0;…</translation>
    </message>
    <message>
        <source>Change what is warned of</source>
        <translation>Festlegen, wovor gewarnt wird</translation>
    </message>
</context>
<context>
    <name>ArticlesCard</name>
    <message>
        <source>Knowledge</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>Search in what the centre knows</source>
        <translation>Im Wissen suchen</translation>
    </message>
    <message>
        <source>Articles found</source>
        <translation>Gefundene Artikel</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Zurück zur Liste</translation>
    </message>
    <message>
        <source>Text of the article</source>
        <translation>Text des Artikels</translation>
    </message>
    <message>
        <source>Put the answer into the reply</source>
        <translation>In die Antwort übernehmen</translation>
    </message>
    <message>
        <source>as of %1</source>
        <translation>Stand %1</translation>
    </message>
    <message>
        <source>There are no articles yet.</source>
        <translation>Es gibt noch keine Artikel.</translation>
    </message>
    <message>
        <source>No article has all of these words.</source>
        <translation>Kein Artikel enthält alle diese Wörter.</translation>
    </message>
</context>
<context>
    <name>BoardActions</name>
    <message>
        <source>Reassign…</source>
        <translation>Zuweisen&#xa0;…</translation>
    </message>
    <message>
        <source>Priority…</source>
        <translation>Priorität&#xa0;…</translation>
    </message>
    <message>
        <source>Read along</source>
        <translation>Mitlesen</translation>
    </message>
    <message>
        <source>Join in</source>
        <translation>Teilnehmen</translation>
    </message>
    <message>
        <source>Whisper to the agent…</source>
        <translation>Flüstern&#xa0;…</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show what they have in hand</source>
        <translation>Zeigen, was in Arbeit ist</translation>
    </message>
    <message>
        <source>Read along: %1</source>
        <translation>Mitlesen: %1</translation>
    </message>
    <message>
        <source>Lend to other queues…</source>
        <translation>An andere Warteschlangen ausleihen&#xa0;…</translation>
    </message>
    <message>
        <source>Take back from the other queues</source>
        <translation>Aus den anderen Warteschlangen zurückholen</translation>
    </message>
    <message>
        <source>Set state</source>
        <translation>Status setzen</translation>
    </message>
    <message>
        <source>Course of the day</source>
        <translation>Tagesverlauf</translation>
    </message>
    <message numerus="yes">
        <source>%n wishes are on their way.</source>
        <translation>
            <numerusform>%n Auftrag ist unterwegs.</numerusform>
            <numerusform>%n Aufträge sind unterwegs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BoardPanel</name>
    <message>
        <source>Board</source>
        <translation>Leitstand</translation>
    </message>
    <message>
        <source>Find a queue or an agent</source>
        <translation>Warteschlange oder Person</translation>
    </message>
    <message>
        <source>Wallboard</source>
        <translation>Wandanzeige</translation>
    </message>
    <message>
        <source>Full screen for a room</source>
        <translation>Vollbild für den Raum</translation>
    </message>
    <message>
        <source>Broadcast…</source>
        <translation>Durchsage&#xa0;…</translation>
    </message>
    <message>
        <source>Say something to all agents, or to a team</source>
        <translation>Allen oder einem Team etwas mitteilen</translation>
    </message>
    <message>
        <source>The board is for those who lead a team. Ask whoever looks after the accounts.</source>
        <translation>Der Leitstand ist für die Teamleitung. Fragen Sie die Personen, die die Konten betreuen.</translation>
    </message>
    <message>
        <source>No connection. The board comes as soon as there is one.</source>
        <translation>Keine Verbindung. Der Leitstand erscheint, sobald eine besteht.</translation>
    </message>
    <message>
        <source>Fetching the board…</source>
        <translation>Leitstand wird geladen&#xa0;…</translation>
    </message>
    <message>
        <source>No connection: these are the figures of %1, %2 ago.</source>
        <translation>Keine Verbindung: Stand %1, vor %2.</translation>
    </message>
</context>
<context>
    <name>BroadcastBanner</name>
    <message>
        <source>Put away</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Put the announcement away</source>
        <translation>Durchsage ausblenden</translation>
    </message>
    <message>
        <source>Urgent announcement by %1: %2</source>
        <translation>Dringende Durchsage (%1): %2</translation>
    </message>
    <message>
        <source>Announcement by %1: %2</source>
        <translation>Durchsage (%1): %2</translation>
    </message>
    <message>
        <source>a lead</source>
        <translation>Teamleitung</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Weniger zeigen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>Dringend</translation>
    </message>
    <message numerus="yes">
        <source>%n more after this</source>
        <translation>
            <numerusform>noch %n weitere</numerusform>
            <numerusform>noch %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CannedTexts</name>
    <message>
        <source>Templates</source>
        <translation>Textbausteine</translation>
    </message>
</context>
<context>
    <name>ChannelButton</name>
    <message>
        <source>by %1</source>
        <translation>über %1</translation>
    </message>
    <message>
        <source>Channel: %1</source>
        <translation>Kanal: %1</translation>
    </message>
    <message>
        <source>forbidden by them</source>
        <translation>vom Kunden untersagt</translation>
    </message>
    <message>
        <source>wrote from here</source>
        <translation>hat hier geschrieben</translation>
    </message>
    <message>
        <source>agreed</source>
        <translation>eingewilligt</translation>
    </message>
    <message>
        <source>declined</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>nicht gefragt</translation>
    </message>
    <message>
        <source>Account: %1</source>
        <translation>Konto: %1</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n parts</source>
        <translation>
            <numerusform>Bis zu %n Teil</numerusform>
            <numerusform>Bis zu %n Teile</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to %1 characters</source>
        <translation>Bis zu %1 Zeichen</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Keine Dateien</translation>
    </message>
    <message>
        <source>Says when it was read</source>
        <translation>Meldet, wann gelesen wurde</translation>
    </message>
</context>
<context>
    <name>ClosingSheet</name>
    <message>
        <source>Sent so far</source>
        <translation>Bisher gesendet</translation>
    </message>
    <message>
        <source>Show the outbox</source>
        <translation>Postausgang zeigen</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) would be lost</source>
        <translation>
            <numerusform>%n Eingabe ginge verloren</numerusform>
            <numerusform>%n Eingaben gingen verloren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) have not gone out yet</source>
        <translation>
            <numerusform>%n Eingabe ist noch nicht gesendet</numerusform>
            <numerusform>%n Eingaben sind noch nicht gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) could not be sent</source>
        <translation>
            <numerusform>%n Eingabe ließ sich nicht senden</numerusform>
            <numerusform>%n Eingaben ließen sich nicht senden</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now and close</source>
        <translation>Jetzt senden und schließen</translation>
    </message>
    <message>
        <source>Send now and sign out</source>
        <translation>Jetzt senden und abmelden</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>Trotzdem schließen</translation>
    </message>
    <message>
        <source>Sign out anyway</source>
        <translation>Trotzdem abmelden</translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n nicht gesendet</numerusform>
            <numerusform>%n nicht gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n Nachricht</numerusform>
            <numerusform>%n Nachrichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n note(s)</source>
        <translation>
            <numerusform>%n Notiz</numerusform>
            <numerusform>%n Notizen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wrap-up(s)</source>
        <translation>
            <numerusform>%n Abschluss</numerusform>
            <numerusform>%n Abschlüsse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) of customer data</source>
        <translation>
            <numerusform>%n Änderung an Kundendaten</numerusform>
            <numerusform>%n Änderungen an Kundendaten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n Schritt</numerusform>
            <numerusform>%n Schritte</numerusform>
        </translation>
    </message>
    <message>
        <source>The disk does not take your last work. It is in memory only; make room before you go.</source>
        <translation>Der Datenträger nimmt Ihre letzten Eingaben nicht an. Sie sind nur im Arbeitsspeicher; schaffen Sie Platz, bevor Sie gehen.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are still being taken in and would have to be attached again.</source>
        <translation>
            <numerusform>%n Datei wird noch angefügt und müsste erneut angehängt werden.</numerusform>
            <numerusform>%n Dateien werden noch angefügt und müssten erneut angehängt werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Sending … %1 of %2</source>
        <translation>Wird gesendet&#xa0;… %1 von %2</translation>
    </message>
    <message>
        <source>They are kept encrypted on this computer until you have decided about them.</source>
        <translation>Sie bleiben verschlüsselt auf diesem Rechner, bis Sie darüber entschieden haben.</translation>
    </message>
    <message>
        <source>They are kept encrypted on this computer and go out when you sign in here again.</source>
        <translation>Sie bleiben verschlüsselt auf diesem Rechner und werden gesendet, wenn Sie sich hier wieder anmelden.</translation>
    </message>
    <message>
        <source>They are kept encrypted on this computer and go out at the next start.</source>
        <translation>Sie bleiben verschlüsselt auf diesem Rechner und werden beim nächsten Start gesendet.</translation>
    </message>
    <message>
        <source>There is no connection at the moment.</source>
        <translation>Zurzeit besteht keine Verbindung.</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Draft saved</source>
        <translation>Entwurf gesichert</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take the last send back</source>
        <translation>Letztes Senden zurücknehmen</translation>
    </message>
    <message>
        <source>Take the last send back (%1 in the empty field)</source>
        <translation>Letztes Senden zurücknehmen (%1 im leeren Feld)</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>Anhang</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Textbaustein</translation>
    </message>
    <message>
        <source>Insert a template (type / in the text)</source>
        <translation>Textbaustein einfügen (oder / im Text tippen)</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Save note</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Draft restored</source>
        <translation>Entwurf wiederhergestellt</translation>
    </message>
    <message>
        <source>Write a note for colleagues; the customer does not see it</source>
        <translation>Notiz für das Team; der Kunde sieht sie nicht</translation>
    </message>
    <message>
        <source>Write, or / for templates…</source>
        <translation>Schreiben, oder / für Textbausteine&#xa0;…</translation>
    </message>
    <message>
        <source>Adding files …</source>
        <translation>Wird angefügt&#xa0;…</translation>
    </message>
    <message>
        <source>Attach files, up to %1 each</source>
        <translation>Dateien anhängen, je bis %1</translation>
    </message>
    <message>
        <source>Files cannot be sent at the moment: there is no connection for them</source>
        <translation>Dateien lassen sich gerade nicht senden: Es besteht keine Verbindung dafür</translation>
    </message>
    <message>
        <source>This contact waits in the queue. Take it to answer.</source>
        <translation>Dieser Kontakt wartet in der Warteschlange. Übernehmen Sie ihn, um zu antworten.</translation>
    </message>
    <message>
        <source>This contact is ringing. Accept it to answer.</source>
        <translation>Dieser Kontakt klingelt. Nehmen Sie ihn an, um zu antworten.</translation>
    </message>
    <message>
        <source>A colleague is working on this contact.</source>
        <translation>Diesen Kontakt bearbeitet gerade jemand anderes.</translation>
    </message>
    <message>
        <source>A colleague asks you about this contact. Answer them with a note.</source>
        <translation>Eine Rückfrage aus dem Team zu diesem Kontakt. Antworten Sie mit einer Notiz.</translation>
    </message>
    <message>
        <source>You read along. Join to write to the customer, or write a note.</source>
        <translation>Sie lesen mit. Nehmen Sie teil, um dem Kunden zu schreiben, oder schreiben Sie eine Notiz.</translation>
    </message>
    <message>
        <source>This contact is closed. Reopen it to write again.</source>
        <translation>Dieser Kontakt ist abgeschlossen. Öffnen Sie ihn wieder, um zu schreiben.</translation>
    </message>
    <message>
        <source>This contact is snoozed. Resume it to answer.</source>
        <translation>Dieser Kontakt ist zurückgestellt. Setzen Sie ihn fort, um zu antworten.</translation>
    </message>
    <message>
        <source>You are speaking with the customer here. Use a note to write something down.</source>
        <translation>Hier sprechen Sie mit dem Kunden. Halten Sie Wichtiges in einer Notiz fest.</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Leave out %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>being added</source>
        <translation>wird angefügt</translation>
    </message>
    <message>
        <source>Kept encrypted here and in your system</source>
        <translation>Verschlüsselt hier und in Ihrem System gespeichert</translation>
    </message>
    <message>
        <source>Kept encrypted here; it goes up as soon as there is a connection, at the latest with the message</source>
        <translation>Hier verschlüsselt gespeichert; wird hochgeladen, sobald eine Verbindung besteht, spätestens mit der Nachricht</translation>
    </message>
    <message>
        <source>waits to go up</source>
        <translation>noch nicht hochgeladen</translation>
    </message>
    <message numerus="yes">
        <source>Sending in %n s</source>
        <translation>
            <numerusform>Senden in %n&#xa0;s</numerusform>
            <numerusform>Senden in %n&#xa0;s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ConflictCard</name>
    <message>
        <source>Two versions of the same data</source>
        <translation>Zwei Fassungen derselben Daten</translation>
    </message>
    <message>
        <source>A colleague changed this while your change was on its way. Please choose; both are kept until then.</source>
        <translation>Das wurde im Team geändert, während Ihre Änderung unterwegs war. Bitte wählen Sie; bis dahin bleiben beide Fassungen erhalten.</translation>
    </message>
    <message>
        <source>A colleague has made the same change meanwhile. There is nothing left to choose.</source>
        <translation>Dieselbe Änderung wurde inzwischen im Team gemacht. Es gibt nichts mehr zu wählen.</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Meine behalten</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Andere übernehmen</translation>
    </message>
    <message>
        <source>Save the choice</source>
        <translation>Auswahl speichern</translation>
    </message>
    <message>
        <source>All right</source>
        <translation>Verstanden</translation>
    </message>
</context>
<context>
    <name>ContactsCard</name>
    <message>
        <source>Recent contacts</source>
        <translation>Letzte Kontakte</translation>
    </message>
    <message numerus="yes">
        <source>%n altogether</source>
        <translation>
            <numerusform>%n insgesamt</numerusform>
            <numerusform>%n insgesamt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactsPage</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Contacts behind the number</source>
        <translation>Kontakte hinter der Zahl</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Actions…</source>
        <translation>Aktionen&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n ausgewählt</numerusform>
            <numerusform>%n ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>You may not see these contacts.</source>
        <translation>Diese Kontakte dürfen Sie nicht sehen.</translation>
    </message>
    <message>
        <source>The contacts cannot be fetched now. They come as soon as there is a connection.</source>
        <translation>Die Kontakte lassen sich gerade nicht laden. Sie erscheinen, sobald eine Verbindung besteht.</translation>
    </message>
    <message>
        <source>Fetching the contacts…</source>
        <translation>Kontakte werden geladen&#xa0;…</translation>
    </message>
    <message>
        <source>There is none at the moment.</source>
        <translation>Zurzeit gibt es keine.</translation>
    </message>
</context>
<context>
    <name>ContextPanel</name>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>Back to the open contact</source>
        <translation>Zurück zum offenen Kontakt</translation>
    </message>
    <message>
        <source>The open contact is with this customer</source>
        <translation>Offenen Kontakt diesem Kunden zuordnen</translation>
    </message>
    <message>
        <source>Journey</source>
        <translation>Reise</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Open a contact to see who it is, the way so far, and what to do next.</source>
        <translation>Öffnen Sie einen Kontakt: Hier sehen Sie, wer es ist, was bisher war und was als Nächstes zu tun ist.</translation>
    </message>
    <message>
        <source>not recognised</source>
        <translation>nicht erkannt</translation>
    </message>
    <message>
        <source>recognised %1</source>
        <translation>erkannt %1</translation>
    </message>
</context>
<context>
    <name>CoursePage</name>
    <message>
        <source>All queues</source>
        <translation>Alle Warteschlangen</translation>
    </message>
    <message>
        <source>Arrivals by half hour. Arrow keys go from one to the next.</source>
        <translation>Eingang je halbe Stunde. Pfeiltasten führen von einem Wert zum nächsten.</translation>
    </message>
    <message>
        <source>Service level by half hour. Arrow keys go from one to the next.</source>
        <translation>Servicelevel je halbe Stunde. Pfeiltasten führen von einem Wert zum nächsten.</translation>
    </message>
    <message>
        <source>What waits, by age. Arrow keys go from one to the next.</source>
        <translation>Wartendes nach Alter. Pfeiltasten führen von einem Wert zum nächsten.</translation>
    </message>
    <message>
        <source>Mean arrivals by weekday and half hour. Arrow keys go from cell to cell.</source>
        <translation>Mittlerer Eingang nach Wochentag und halber Stunde. Pfeiltasten führen von Feld zu Feld.</translation>
    </message>
    <message>
        <source>Arrivals today</source>
        <translation>Eingang heute</translation>
    </message>
    <message>
        <source>Service level today</source>
        <translation>Servicelevel heute</translation>
    </message>
    <message>
        <source>Backlog by age</source>
        <translation>Rückstand nach Alter</translation>
    </message>
    <message>
        <source>Busy times</source>
        <translation>Stoßzeiten</translation>
    </message>
    <message>
        <source>mean per half hour</source>
        <translation>Mittel je halbe Stunde</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · forecast %2</source>
        <translation>%1 · Prognose %2</translation>
    </message>
</context>
<context>
    <name>CustomerEditor</name>
    <message>
        <source>Edit the customer</source>
        <translation>Kunden bearbeiten</translation>
    </message>
    <message>
        <source>Contact addresses</source>
        <translation>Kontaktadressen</translation>
    </message>
    <message>
        <source>Add an address</source>
        <translation>Adresse hinzufügen</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>PLZ, Ort</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Forget what was typed here</source>
        <translation>Eingaben hier verwerfen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the form; what was typed stays (Esc)</source>
        <translation>Formular schließen; Ihre Eingaben bleiben erhalten (Esc)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Kind of address</source>
        <translation>Art der Adresse</translation>
    </message>
    <message>
        <source>Contact address</source>
        <translation>Kontaktadresse</translation>
    </message>
    <message>
        <source>Remove this address</source>
        <translation>Diese Adresse entfernen</translation>
    </message>
    <message>
        <source>A colleague changed this meanwhile: %1</source>
        <translation>Inzwischen im Team geändert: %1</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Andere übernehmen</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Meine behalten</translation>
    </message>
</context>
<context>
    <name>CustomerView</name>
    <message>
        <source>Edit the customer</source>
        <translation>Kunden bearbeiten</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch unbekannt</translation>
    </message>
    <message>
        <source>No. %1</source>
        <translation>Nr.&#xa0;%1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>%1 a year</source>
        <translation>%1 im Jahr</translation>
    </message>
    <message>
        <source>being saved</source>
        <translation>wird gespeichert</translation>
    </message>
    <message>
        <source>%2 is now part of %1.</source>
        <translation>%2 gehört jetzt zu %1.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>%1 and %2 are two records again.</source>
        <translation>%1 und %2 sind wieder zwei Datensätze.</translation>
    </message>
    <message>
        <source>%1 and %2 are two people; this will not be asked again.</source>
        <translation>%1 und %2 sind zwei Personen; danach wird nicht mehr gefragt.</translation>
    </message>
    <message>
        <source>Your change was not saved.</source>
        <translation>Ihre Änderung wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>You began to change this and have not saved it.</source>
        <translation>Sie haben hier eine Änderung begonnen und noch nicht gespeichert.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
</context>
<context>
    <name>CustomersPanel</name>
    <message>
        <source>Customers</source>
        <translation>Kunden</translation>
    </message>
    <message>
        <source>Name, number, e-mail or phone</source>
        <translation>Name, Nummer, E-Mail, Telefon</translation>
    </message>
    <message>
        <source>Search customers</source>
        <translation>Kunden suchen</translation>
    </message>
    <message>
        <source>Customers found</source>
        <translation>Gefundene Kunden</translation>
    </message>
    <message>
        <source>Type a few letters to find a customer.</source>
        <translation>Tippen Sie ein paar Buchstaben, um einen Kunden zu finden.</translation>
    </message>
    <message>
        <source>No customer has all of these words in name, number or address.</source>
        <translation>Bei keinem Kunden kommen alle diese Wörter in Name, Nummer oder Anschrift vor.</translation>
    </message>
</context>
<context>
    <name>DuplicatesView</name>
    <message>
        <source>Compare with the open contact&apos;s customer</source>
        <translation>Mit dem Kunden des offenen Kontakts vergleichen</translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) merged into this one</source>
        <translation>
            <numerusform>%n Dublette hier zusammengeführt</numerusform>
            <numerusform>%n Dubletten hier zusammengeführt</numerusform>
        </translation>
    </message>
    <message>
        <source>Other records</source>
        <translation>Weitere Datensätze</translation>
    </message>
    <message>
        <source>Looks like the same person as %1 (%2)</source>
        <translation>Wohl dieselbe Person wie %1 (%2)</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare with %1</source>
        <translation>Mit %1 vergleichen</translation>
    </message>
    <message>
        <source>Not the same person</source>
        <translation>Nicht dieselbe Person</translation>
    </message>
    <message>
        <source>Not the same person: %1</source>
        <translation>Nicht dieselbe Person: %1</translation>
    </message>
    <message>
        <source>Undo merge</source>
        <translation>Wieder trennen</translation>
    </message>
    <message>
        <source>another person</source>
        <translation>andere Person</translation>
    </message>
    <message>
        <source>being saved</source>
        <translation>wird gespeichert</translation>
    </message>
    <message>
        <source>merged by the centre&apos;s own rule, %1</source>
        <translation>automatisch zusammengeführt, %1</translation>
    </message>
    <message>
        <source>merged by %1, %2</source>
        <translation>zusammengeführt von %1, %2</translation>
    </message>
    <message>
        <source>separated again by %1, %2</source>
        <translation>wieder getrennt von %1, %2</translation>
    </message>
    <message>
        <source>you</source>
        <translation>Ihnen</translation>
    </message>
    <message>
        <source>a colleague</source>
        <translation>jemandem aus dem Team</translation>
    </message>
</context>
<context>
    <name>FactChips</name>
    <message>
        <source>Mood: %1</source>
        <translation>Stimmung: %1</translation>
    </message>
    <message>
        <source>State: %1</source>
        <translation>Status: %1</translation>
    </message>
    <message>
        <source>About: %1</source>
        <translation>Anliegen: %1</translation>
    </message>
    <message>
        <source>or %1?</source>
        <translation>oder %1?</translation>
    </message>
    <message>
        <source>Press to say that it is about this</source>
        <translation>Klicken, wenn es darum geht</translation>
    </message>
    <message>
        <source>Call back %1</source>
        <translation>Rückruf %1</translation>
    </message>
    <message>
        <source>Snoozed until %1</source>
        <translation>Zurückgestellt bis %1</translation>
    </message>
    <message>
        <source>why nobody yet?</source>
        <translation>warum noch niemand?</translation>
    </message>
    <message>
        <source>why me?</source>
        <translation>warum ich?</translation>
    </message>
    <message>
        <source>why them?</source>
        <translation>warum diese Person?</translation>
    </message>
</context>
<context>
    <name>FactsView</name>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Telefon</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Nutzername</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Anschrift</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Birth date</source>
        <translation>Geburtsdatum</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Segment</translation>
    </message>
    <message>
        <source>Data quality</source>
        <translation>Datenqualität</translation>
    </message>
    <message>
        <source>being saved</source>
        <translation>wird gespeichert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>%1: no</source>
        <translation>%1: nein</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>Einwilligung</translation>
    </message>
</context>
<context>
    <name>FieldChoice</name>
    <message>
        <source>Before: %1</source>
        <translation>Vorher: %1</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Von Ihnen</translation>
    </message>
    <message>
        <source>Your colleague&apos;s</source>
        <translation>Aus dem Team</translation>
    </message>
    <message>
        <source>Another wording</source>
        <translation>Anderer Wortlaut</translation>
    </message>
    <message>
        <source>Keep all of both</source>
        <translation>Alles aus beiden behalten</translation>
    </message>
</context>
<context>
    <name>FiguresView</name>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>As it was built</source>
        <translation>Zurücksetzen</translation>
    </message>
</context>
<context>
    <name>FilterPopup</name>
    <message>
        <source>What can be typed here</source>
        <translation>Mögliche Eingaben</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this contact</source>
        <translation>In diesem Kontakt suchen</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>Älterer</translation>
    </message>
    <message>
        <source>Newer</source>
        <translation>Neuerer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>FlowCard</name>
    <message>
        <source>Guide</source>
        <translation>Leitfaden</translation>
    </message>
    <message>
        <source>Stop this guide</source>
        <translation>Leitfaden abbrechen</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>The matter is settled</source>
        <translation>Das Anliegen ist erledigt</translation>
    </message>
    <message>
        <source>It is the wrong guide</source>
        <translation>Es ist der falsche Leitfaden</translation>
    </message>
    <message>
        <source>The customer does not want it</source>
        <translation>Der Kunde möchte das nicht</translation>
    </message>
    <message>
        <source>%1 of %2 steps</source>
        <translation>%1 von %2 Schritten</translation>
    </message>
    <message>
        <source>A guide leads through a request step by step. These fit:</source>
        <translation>Ein Leitfaden führt Schritt für Schritt durch ein Anliegen. Hier passen:</translation>
    </message>
    <message>
        <source>No guide is running. %1 and “guide” finds all there are.</source>
        <translation>Es läuft kein Leitfaden. Mit %1 und „Leitfaden“ finden Sie alle.</translation>
    </message>
    <message>
        <source>All steps are done.</source>
        <translation>Alle Schritte sind erledigt.</translation>
    </message>
    <message>
        <source>This guide was stopped before its end.</source>
        <translation>Dieser Leitfaden wurde vorzeitig abgebrochen.</translation>
    </message>
    <message>
        <source>Start the guide: %1</source>
        <translation>Leitfaden starten: %1</translation>
    </message>
</context>
<context>
    <name>GuideLine</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Go on with the guide %1</source>
        <translation>Leitfaden fortsetzen: %1</translation>
    </message>
</context>
<context>
    <name>HtmlPage</name>
    <message>
        <source>The message as it was laid out</source>
        <translation>Die Nachricht, wie sie gestaltet wurde</translation>
    </message>
</context>
<context>
    <name>InboxDelegate</name>
    <message>
        <source>Account: %1</source>
        <translation>Konto: %1</translation>
    </message>
    <message>
        <source>Answer due: %1</source>
        <translation>Antwort fällig: %1</translation>
    </message>
</context>
<context>
    <name>InboxPanel</name>
    <message>
        <source>Inbox</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Search in this list</source>
        <translation>In dieser Liste suchen</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>All accounts</source>
        <translation>Alle Konten</translation>
    </message>
    <message>
        <source>List: %1</source>
        <translation>Liste: %1</translation>
    </message>
    <message>
        <source>No contact in this list has all of these words. %1 searches everywhere.</source>
        <translation>Kein Kontakt dieser Liste enthält alle diese Wörter. %1 sucht überall.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Alles erledigt</translation>
    </message>
    <message>
        <source>You have no open contacts. New ones ring here as soon as you are ready.</source>
        <translation>Sie haben keine offenen Kontakte. Neue klingeln hier, sobald Sie bereit sind.</translation>
    </message>
    <message>
        <source>The queues are empty</source>
        <translation>Die Warteschlangen sind leer</translation>
    </message>
    <message>
        <source>Nobody is waiting at the moment.</source>
        <translation>Zurzeit wartet niemand.</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>Nichts in Wartestellung</translation>
    </message>
    <message>
        <source>Contacts that wait for the customer&apos;s answer stand here.</source>
        <translation>Hier stehen Kontakte, die auf eine Antwort des Kunden warten.</translation>
    </message>
    <message>
        <source>Nothing is snoozed</source>
        <translation>Nichts zurückgestellt</translation>
    </message>
    <message>
        <source>Contacts you put off stand here until their time.</source>
        <translation>Zurückgestellte Kontakte stehen hier, bis es so weit ist.</translation>
    </message>
    <message>
        <source>Nothing here yet</source>
        <translation>Noch nichts hier</translation>
    </message>
    <message>
        <source>Contacts you close stand here.</source>
        <translation>Hier stehen Kontakte, die Sie abgeschlossen haben.</translation>
    </message>
</context>
<context>
    <name>InteractionHeader</name>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Halten</translation>
    </message>
    <message>
        <source>End contact</source>
        <translation>Kontakt beenden</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Weiterleiten</translation>
    </message>
    <message>
        <source>Snooze</source>
        <translation>Zurückstellen</translation>
    </message>
    <message>
        <source>Wait for customer</source>
        <translation>Auf Kunden warten</translation>
    </message>
    <message>
        <source>Ask a colleague</source>
        <translation>Im Team fragen</translation>
    </message>
    <message>
        <source>Call back</source>
        <translation>Rückruf</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Read along</source>
        <translation>Mitlesen</translation>
    </message>
    <message>
        <source>Whisper</source>
        <translation>Flüstern</translation>
    </message>
    <message>
        <source>Back to the queue</source>
        <translation>Zurück in die Warteschlange</translation>
    </message>
    <message>
        <source>Wrap up</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>The customer waits on hold, the contact stays yours</source>
        <translation>Der Kunde wird gehalten, der Kontakt bleibt bei Ihnen</translation>
    </message>
    <message>
        <source>It is the customer&apos;s turn: the contact comes back when they write</source>
        <translation>Der Kunde ist am Zug: Der Kontakt kommt zurück, sobald er schreibt</translation>
    </message>
    <message>
        <source>Ask for advice; the contact stays yours</source>
        <translation>Rat einholen; der Kontakt bleibt bei Ihnen</translation>
    </message>
    <message>
        <source>Agree when the customer is to be called</source>
        <translation>Vereinbaren, wann der Kunde angerufen wird</translation>
    </message>
    <message>
        <source>The contact becomes yours; whoever has it is told</source>
        <translation>Der Kontakt geht an Sie; wer ihn gerade hat, erfährt davon</translation>
    </message>
    <message>
        <source>Read the contact along, without taking part</source>
        <translation>Den Kontakt mitlesen, ohne teilzunehmen</translation>
    </message>
    <message>
        <source>Tell the agent something only they see</source>
        <translation>Etwas mitteilen, das der Kunde nicht sieht</translation>
    </message>
    <message>
        <source>Give it back, so that somebody else can take it</source>
        <translation>Zurückgeben, damit jemand anderes übernehmen kann</translation>
    </message>
    <message>
        <source>The talking is over; the clock of the after-call work starts</source>
        <translation>Das Gespräch ist zu Ende; die Nachbearbeitungszeit beginnt</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Weitere Aktionen</translation>
    </message>
    <message>
        <source>This contact</source>
        <translation>Dieser Kontakt</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Show this contact only</source>
        <translation>Nur diesen Kontakt zeigen</translation>
    </message>
    <message>
        <source>Show everything of this customer: all contacts, visits and purchases</source>
        <translation>Alles zu diesem Kunden zeigen: alle Kontakte, Besuche und Käufe</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>Stop reading along</source>
        <translation>Nicht mehr mitlesen</translation>
    </message>
</context>
<context>
    <name>InteractionNotices</name>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>All right</source>
        <translation>Verstanden</translation>
    </message>
</context>
<context>
    <name>InteractionPanel</name>
    <message>
        <source>Open contact</source>
        <translation>Offener Kontakt</translation>
    </message>
    <message>
        <source>No contact open</source>
        <translation>Kein Kontakt geöffnet</translation>
    </message>
    <message>
        <source>Choose one from the list, or accept what rings with F9.</source>
        <translation>Wählen Sie einen aus der Liste, oder nehmen Sie mit F9 an, was klingelt.</translation>
    </message>
    <message>
        <source>This contact is not here any more</source>
        <translation>Dieser Kontakt ist nicht mehr hier</translation>
    </message>
    <message>
        <source>It was handed on or removed, or your team no longer sees it.</source>
        <translation>Er wurde weitergeleitet oder entfernt, oder Ihr Team sieht ihn nicht mehr.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Nothing said yet</source>
        <translation>Noch keine Nachrichten</translation>
    </message>
    <message>
        <source>What is written here will stand here.</source>
        <translation>Was geschrieben wird, erscheint hier.</translation>
    </message>
    <message>
        <source>Too late to take it back: the message is on its way.</source>
        <translation>Zu spät: Die Nachricht ist schon unterwegs.</translation>
    </message>
    <message>
        <source>What is it about?</source>
        <translation>Worum geht es?</translation>
    </message>
    <message>
        <source>Why did this contact come here?</source>
        <translation>Warum kam dieser Kontakt hierher?</translation>
    </message>
    <message>
        <source>Write a reply</source>
        <translation>Antwort schreiben</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Gespeichert: %1</translation>
    </message>
    <message>
        <source>About: %1.</source>
        <translation>Anliegen: %1.</translation>
    </message>
    <message>
        <source>Done: %1.</source>
        <translation>Erledigt: %1.</translation>
    </message>
    <message>
        <source>Answered.</source>
        <translation>Beantwortet.</translation>
    </message>
</context>
<context>
    <name>JourneyCard</name>
    <message>
        <source>Journey</source>
        <translation>Reise</translation>
    </message>
    <message numerus="yes">
        <source>Journey of the last %n days</source>
        <translation>
            <numerusform>Reise des letzten Tages</numerusform>
            <numerusform>Reise der letzten %n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is known of this customer&apos;s journey yet.</source>
        <translation>Über die Reise dieses Kunden ist noch nichts bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>%n touchpoints</source>
        <translation>
            <numerusform>%n Kontakt</numerusform>
            <numerusform>%n Kontakte</numerusform>
        </translation>
    </message>
    <message>
        <source>Pain point: %1</source>
        <translation>Ärgernis: %1</translation>
    </message>
</context>
<context>
    <name>LengthLine</name>
    <message>
        <source>This channel takes no files</source>
        <translation>Dieser Kanal nimmt keine Dateien an</translation>
    </message>
    <message>
        <source>%1 of %2 characters</source>
        <translation>%1 von %2 Zeichen</translation>
    </message>
    <message>
        <source>%1 of %2 parts</source>
        <translation>%1 von %2 Teilen</translation>
    </message>
    <message numerus="yes">
        <source>%n text message(s)</source>
        <translation>
            <numerusform>%n SMS</numerusform>
            <numerusform>%n SMS</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left</source>
        <translation>
            <numerusform>noch %n Zeichen</numerusform>
            <numerusform>noch %n Zeichen</numerusform>
        </translation>
    </message>
    <message>
        <source>These signs leave room for 70 instead of 160 in a message: %1</source>
        <translation>Wegen dieser Zeichen passen nur 70 statt 160 in eine SMS: %1</translation>
    </message>
</context>
<context>
    <name>LineFoot</name>
    <message>
        <source>Discard for good</source>
        <translation>Endgültig verwerfen</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the contact</source>
        <translation>Kontakt öffnen</translation>
    </message>
    <message>
        <source>Show the customer</source>
        <translation>Kunden zeigen</translation>
    </message>
</context>
<context>
    <name>LockSheet</name>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Sign in as somebody else</source>
        <translation>Als jemand anderes anmelden</translation>
    </message>
    <message>
        <source>Work goes on: what you wrote is sent, and new messages are fetched.</source>
        <translation>Es läuft weiter: Geschriebenes wird gesendet, neue Nachrichten werden geladen.</translation>
    </message>
    <message>
        <source>Demo centre</source>
        <translation>Demo-Center</translation>
    </message>
    <message>
        <source>Locked since %1</source>
        <translation>Gesperrt seit %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugriffstoken</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>The demo centre has no password of yours. Its customers are invented.</source>
        <translation>Das Demo-Center hat kein Passwort von Ihnen. Seine Kunden sind erfunden.</translation>
    </message>
    <message>
        <source>Unlock (demo)</source>
        <translation>Entsperren (Demo)</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>Please wait %n seconds</source>
        <translation>
            <numerusform>Bitte %n Sekunde warten</numerusform>
            <numerusform>Bitte %n Sekunden warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Setting up the demo centre. This takes a few seconds…</source>
        <translation>Das Demo-Center wird eingerichtet. Das dauert ein paar Sekunden&#xa0;…</translation>
    </message>
</context>
<context>
    <name>Me</name>
    <message>
        <source>My state: %1</source>
        <translation>Mein Status: %1</translation>
    </message>
</context>
<context>
    <name>MergeSheet</name>
    <message>
        <source>One person or two?</source>
        <translation>Eine Person oder zwei?</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>bleibt</translation>
    </message>
    <message>
        <source>is folded in</source>
        <translation>geht darin auf</translation>
    </message>
    <message>
        <source>Swap the two</source>
        <translation>Beide tauschen</translation>
    </message>
    <message>
        <source>Let the other record stay</source>
        <translation>Den anderen Datensatz behalten</translation>
    </message>
    <message>
        <source>The record this makes</source>
        <translation>So sieht der Datensatz dann aus</translation>
    </message>
    <message>
        <source>Not the same person</source>
        <translation>Nicht dieselbe Person</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Decide later (Esc)</source>
        <translation>Später entscheiden (Esc)</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>%1 likely the same person</source>
        <translation>zu %1 dieselbe Person</translation>
    </message>
    <message>
        <source>No. %1</source>
        <translation>Nr.&#xa0;%1</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch unbekannt</translation>
    </message>
    <message>
        <source>on file since %1</source>
        <translation>erfasst seit %1</translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s)</source>
        <translation>
            <numerusform>%n Kontakt</numerusform>
            <numerusform>%n Kontakte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) and other records</source>
        <translation>
            <numerusform>%n Bestellung oder Ähnliches</numerusform>
            <numerusform>%n Bestellungen, Verträge und mehr</numerusform>
        </translation>
    </message>
    <message>
        <source>This one&apos;s</source>
        <translation>Von diesem</translation>
    </message>
    <message>
        <source>The other&apos;s</source>
        <translation>Vom anderen</translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s) move over.</source>
        <translation>
            <numerusform>%n Kontakt wird übernommen.</numerusform>
            <numerusform>%n Kontakte werden übernommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) and other records move over.</source>
        <translation>
            <numerusform>%n Bestellung oder Ähnliches wird übernommen.</numerusform>
            <numerusform>%n Bestellungen, Verträge und mehr werden übernommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The turnovers add up.</source>
        <translation>Die Umsätze werden addiert.</translation>
    </message>
    <message>
        <source>A merge can be undone at any time.</source>
        <translation>Zusammenführen lässt sich jederzeit rückgängig machen.</translation>
    </message>
</context>
<context>
    <name>MessageReader</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Text of the message</source>
        <translation>Text der Nachricht</translation>
    </message>
    <message>
        <source>Show as laid out</source>
        <translation>Gestaltet anzeigen</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>Bilder laden</translation>
    </message>
    <message>
        <source>Their sender will learn that the message was read.</source>
        <translation>Ihr Absender erfährt dann, dass die Nachricht gelesen wurde.</translation>
    </message>
</context>
<context>
    <name>MoodCard</name>
    <message>
        <source>Mood in this contact</source>
        <translation>Stimmung im Kontakt</translation>
    </message>
    <message>
        <source>It stayed much the same.</source>
        <translation>Sie blieb weitgehend gleich.</translation>
    </message>
</context>
<context>
    <name>NextButton</name>
    <message>
        <source>Next request for me</source>
        <translation>Nächste Anfrage für mich</translation>
    </message>
    <message>
        <source>The next request is yours.</source>
        <translation>Die nächste Anfrage gehört Ihnen.</translation>
    </message>
    <message>
        <source>Looking for your next request …</source>
        <translation>Nächste Anfrage wird gesucht&#xa0;…</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Close this notice</source>
        <translation>Hinweis schließen</translation>
    </message>
    <message>
        <source>Something went wrong in the program (%1). Your work is saved.</source>
        <translation>Im Programm ist ein Fehler aufgetreten (%1). Ihre Arbeit ist gesichert.</translation>
    </message>
    <message>
        <source>Show report</source>
        <translation>Bericht zeigen</translation>
    </message>
    <message>
        <source>The program crashed the last time. What you had written is here.</source>
        <translation>Das Programm ist beim letzten Mal abgestürzt. Was Sie geschrieben hatten, ist noch da.</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>New request</source>
        <translation>Neues Anliegen</translation>
    </message>
    <message>
        <source>New request: %1</source>
        <translation>Neues Anliegen: %1</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>recognised, %1 sure</source>
        <translation>erkannt, %1 sicher</translation>
    </message>
    <message>
        <source>Time left to answer</source>
        <translation>Verbleibende Zeit zum Annehmen</translation>
    </message>
    <message>
        <source>Decline, with or without a reason</source>
        <translation>Ablehnen, mit oder ohne Grund</translation>
    </message>
    <message>
        <source>Why do you decline?</source>
        <translation>Warum lehnen Sie ab?</translation>
    </message>
    <message>
        <source>Without a reason</source>
        <translation>Ohne Grund</translation>
    </message>
    <message>
        <source>Why you: %1</source>
        <translation>Warum Sie: %1</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Accept %1 from %2</source>
        <translation>%1 von %2 annehmen</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Ringing: %1 from %2</source>
        <translation>Klingelt: %1 von %2</translation>
    </message>
</context>
<context>
    <name>OffersView</name>
    <message numerus="yes">
        <source>%n more ringing</source>
        <translation>
            <numerusform>%n weiterer klingelt</numerusform>
            <numerusform>%n weitere klingeln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutboxPanel</name>
    <message>
        <source>Outbox</source>
        <translation>Postausgang</translation>
    </message>
    <message>
        <source>Everything is sent</source>
        <translation>Alles gesendet</translation>
    </message>
    <message>
        <source>What you write without a connection waits here, in order, and goes out by itself.</source>
        <translation>Was Sie ohne Verbindung schreiben, wartet hier der Reihe nach und wird von selbst gesendet.</translation>
    </message>
    <message>
        <source>Too late: this is on its way already.</source>
        <translation>Zu spät: Das ist schon unterwegs.</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Close the outbox</source>
        <translation>Postausgang schließen</translation>
    </message>
    <message>
        <source>What is on its way</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>It may have arrived already. Discard it here all the same?</source>
        <translation>Es ist vielleicht schon angekommen. Hier trotzdem verwerfen?</translation>
    </message>
    <message>
        <source>Discard it? It has not been sent, and what was written is gone then.</source>
        <translation>Verwerfen? Es ist noch nicht gesendet, und das Geschriebene ist dann verloren.</translation>
    </message>
    <message>
        <source>Trying …</source>
        <translation>Wird versucht&#xa0;…</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>What comes first goes first: this waits until the one above is sent or discarded.</source>
        <translation>Der Reihe nach: Dies wartet, bis der Eintrag darüber gesendet oder verworfen ist.</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n zu senden</numerusform>
            <numerusform>%n zu senden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n nicht gesendet</numerusform>
            <numerusform>%n nicht gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>keine Verbindung</translation>
    </message>
</context>
<context>
    <name>Outgoing</name>
    <message>
        <source>%1: a colleague changed the same data. Nothing is lost; please choose.</source>
        <translation>%1: Dieselben Daten wurden im Team geändert. Nichts ist verloren; bitte wählen Sie.</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
</context>
<context>
    <name>OwnFiguresSheet</name>
    <message>
        <source>My day</source>
        <translation>Mein Tag</translation>
    </message>
    <message>
        <source>Handled</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>On average</source>
        <translation>Im Schnitt</translation>
    </message>
    <message>
        <source>Occupied</source>
        <translation>Auslastung</translation>
    </message>
    <message>
        <source>My queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>Fetching your numbers …</source>
        <translation>Ihre Zahlen werden geladen&#xa0;…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>%n declined</source>
        <translation>
            <numerusform>%n abgelehnt</numerusform>
            <numerusform>%n abgelehnt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not answered</source>
        <translation>
            <numerusform>%n nicht angenommen</numerusform>
            <numerusform>%n nicht angenommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in hand</source>
        <translation>
            <numerusform>%n in Arbeit</numerusform>
            <numerusform>%n in Arbeit</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline.</source>
        <translation>Offline.</translation>
    </message>
    <message>
        <source>You work no queue at the moment.</source>
        <translation>Sie arbeiten zurzeit in keiner Warteschlange.</translation>
    </message>
    <message>
        <source>As of %1.</source>
        <translation>Stand %1.</translation>
    </message>
    <message>
        <source>longest %1</source>
        <translation>längste %1</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message>
        <source>nobody waits</source>
        <translation>niemand wartet</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>geschlossen</translation>
    </message>
    <message>
        <source>nothing to answer yet today, promised %1</source>
        <translation>heute noch nichts zu beantworten, Ziel %1</translation>
    </message>
    <message>
        <source>only %1 in time today, promised %2</source>
        <translation>heute nur %1 rechtzeitig, Ziel %2</translation>
    </message>
    <message>
        <source>%1 in time today</source>
        <translation>heute %1 rechtzeitig</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Search and commands</source>
        <translation>Suche und Befehle</translation>
    </message>
    <message>
        <source>Customer, contact or command</source>
        <translation>Kunde, Kontakt oder Befehl</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Go to the inbox</source>
        <translation>Zum Eingang</translation>
    </message>
    <message>
        <source>Find a customer</source>
        <translation>Kunden suchen</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Go to the board</source>
        <translation>Zum Leitstand</translation>
    </message>
    <message>
        <source>Next request for me</source>
        <translation>Nächste Anfrage für mich</translation>
    </message>
    <message>
        <source>My numbers and my queues</source>
        <translation>Meine Zahlen und Warteschlangen</translation>
    </message>
    <message>
        <source>Show list: %1</source>
        <translation>Liste zeigen: %1</translation>
    </message>
    <message>
        <source>My state: %1</source>
        <translation>Mein Status: %1</translation>
    </message>
    <message>
        <source>Colours: light</source>
        <translation>Farben: hell</translation>
    </message>
    <message>
        <source>Colours: dark</source>
        <translation>Farben: dunkel</translation>
    </message>
    <message>
        <source>Colours: high contrast</source>
        <translation>Farben: hoher Kontrast</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Postausgang</translation>
    </message>
    <message>
        <source>Edit the customer</source>
        <translation>Kunden bearbeiten</translation>
    </message>
    <message>
        <source>Verify the customer</source>
        <translation>Identität prüfen</translation>
    </message>
    <message>
        <source>Compare with the record that looks the same</source>
        <translation>Mit möglicher Dublette vergleichen</translation>
    </message>
    <message>
        <source>Search the knowledge</source>
        <translation>Im Wissen suchen</translation>
    </message>
    <message>
        <source>Guide: %1</source>
        <translation>Leitfaden: %1</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>Add an account</source>
        <translation>Konto hinzufügen</translation>
    </message>
    <message>
        <source>Show all accounts</source>
        <translation>Alle Konten zeigen</translation>
    </message>
    <message>
        <source>Show account: %1</source>
        <translation>Konto zeigen: %1</translation>
    </message>
    <message>
        <source>My account on this machine</source>
        <translation>Mein Konto auf diesem Rechner</translation>
    </message>
    <message>
        <source>Lock the screen</source>
        <translation>Bildschirm sperren</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Search everything for %1</source>
        <translation>Überall nach %1 suchen</translation>
    </message>
</context>
<context>
    <name>PinnedList</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n&#xa0;neu</numerusform>
            <numerusform>%n&#xa0;neu</numerusform>
        </translation>
    </message>
    <message>
        <source>To the newest</source>
        <translation>Zum Neuesten</translation>
    </message>
</context>
<context>
    <name>PreferencesMenu</name>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Roomy</source>
        <translation>Geräumig</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Kompakt</translation>
    </message>
    <message>
        <source>Language (from the next start)</source>
        <translation>Sprache (ab dem nächsten Start)</translation>
    </message>
    <message>
        <source>Sound for a new offer</source>
        <translation>Ton, wenn es klingelt</translation>
    </message>
    <message>
        <source>Accounts…</source>
        <translation>Konten&#xa0;…</translation>
    </message>
    <message>
        <source>My account on this machine</source>
        <translation>Mein Konto auf diesem Rechner</translation>
    </message>
    <message>
        <source>Lock the screen</source>
        <translation>Bildschirm sperren</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
</context>
<context>
    <name>PresenceMenu</name>
    <message>
        <source>It is told to %1; %2 keeps none.</source>
        <translation>Er geht an %1; %2 führt keinen.</translation>
    </message>
    <message>
        <source>None of your systems wants to know whether you are ready.</source>
        <translation>Keines Ihrer Systeme will wissen, ob Sie bereit sind.</translation>
    </message>
    <message>
        <source>After this contact</source>
        <translation>Nach diesem Kontakt</translation>
    </message>
    <message>
        <source>My state</source>
        <translation>Mein Status</translation>
    </message>
    <message>
        <source>Stay as I am</source>
        <translation>Status behalten</translation>
    </message>
</context>
<context>
    <name>QualityView</name>
    <message>
        <source>nothing amiss</source>
        <translation>alles in Ordnung</translation>
    </message>
    <message>
        <source>still right</source>
        <translation>stimmt noch</translation>
    </message>
    <message>
        <source>edit</source>
        <translation>bearbeiten</translation>
    </message>
    <message>
        <source>mend</source>
        <translation>berichtigen</translation>
    </message>
    <message>
        <source>Change to %1</source>
        <translation>Ändern in %1</translation>
    </message>
    <message>
        <source>Mend: %1</source>
        <translation>Berichtigen: %1</translation>
    </message>
    <message>
        <source>%1 of 100</source>
        <translation>%1 von 100</translation>
    </message>
    <message>
        <source>How complete and right this record is. Taken off 100:</source>
        <translation>So vollständig und richtig ist dieser Datensatz. Abzüge von 100:</translation>
    </message>
    <message>
        <source>Data quality: %1</source>
        <translation>Datenqualität: %1</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>QueuesCard</name>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>You lead no queue.</source>
        <translation>Sie leiten keine Warteschlange.</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Inbox</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Kunden</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>Leitstand</translation>
    </message>
</context>
<context>
    <name>RecordsView</name>
    <message>
        <source>Open cases</source>
        <translation>Offene Vorgänge</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Bestellungen</translation>
    </message>
    <message>
        <source>Contracts, invoices and more</source>
        <translation>Verträge, Rechnungen und mehr</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message>
        <source>Remove this account from this machine…</source>
        <translation>Konto von diesem Rechner entfernen&#xa0;…</translation>
    </message>
    <message>
        <source>Type “%1” to confirm:</source>
        <translation>Zur Bestätigung „%1“ eingeben:</translation>
    </message>
    <message>
        <source>Remove and erase</source>
        <translation>Entfernen und löschen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>%n steps or messages that were not sent yet are lost.</source>
        <translation>
            <numerusform>%n noch nicht gesendeter Schritt oder Text geht verloren.</numerusform>
            <numerusform>%n noch nicht gesendete Schritte oder Texte gehen verloren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts are lost.</source>
        <translation>
            <numerusform>%n Entwurf geht verloren.</numerusform>
            <numerusform>%n Entwürfe gehen verloren.</numerusform>
        </translation>
    </message>
    <message>
        <source>What your system has stays there; on this machine key and files are erased.</source>
        <translation>Was Ihr System hat, bleibt dort; auf diesem Rechner werden Schlüssel und Dateien gelöscht.</translation>
    </message>
</context>
<context>
    <name>ReportWindow</name>
    <message>
        <source>Error report</source>
        <translation>Fehlerbericht</translation>
    </message>
    <message>
        <source>This helps to mend the error. It says where in the program it happened; names, addresses and texts of customers are not in it. Nothing is sent by itself.</source>
        <translation>Dies hilft, den Fehler zu beheben. Der Bericht sagt, wo im Programm er aufgetreten ist; Namen, Adressen und Texte von Kunden stehen nicht darin. Nichts wird von selbst gesendet.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Discard the report</source>
        <translation>Bericht verwerfen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>Returning</name>
    <message>
        <source>Nothing can be written here at the moment. The text stays where it is.</source>
        <translation>Hier lässt sich gerade nichts schreiben. Der Text bleibt, wo er ist.</translation>
    </message>
</context>
<context>
    <name>ScreenPop</name>
    <message>
        <source>At a glance</source>
        <translation>Auf einen Blick</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Anliegen</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Bisher</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Als Nächstes</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Put this summary away</source>
        <translation>Diesen Überblick ausblenden</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>not known yet, writes from %1</source>
        <translation>noch unbekannt, schreibt von %1</translation>
    </message>
    <message>
        <source>%1 sure</source>
        <translation>%1 sicher</translation>
    </message>
    <message>
        <source>customer since %1</source>
        <translation>Kunde seit %1</translation>
    </message>
    <message>
        <source>Not clear yet what it is about</source>
        <translation>Anliegen noch unklar</translation>
    </message>
    <message>
        <source>First contact</source>
        <translation>Erster Kontakt</translation>
    </message>
    <message>
        <source>Contact %1 about this in 30 days</source>
        <translation>%1. Kontakt dazu in 30 Tagen</translation>
    </message>
    <message numerus="yes">
        <source>%n earlier contact(s)</source>
        <translation>
            <numerusform>%n früherer Kontakt</numerusform>
            <numerusform>%n frühere Kontakte</numerusform>
        </translation>
    </message>
    <message>
        <source>last: %1</source>
        <translation>zuletzt: %1</translation>
    </message>
</context>
<context>
    <name>SearchPanel</name>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Wird gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Everything: names, words, numbers</source>
        <translation>Alles: Namen, Wörter, Nummern</translation>
    </message>
    <message>
        <source>Look through: %1</source>
        <translation>Durchsuchen: %1</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove what was not understood</source>
        <translation>Nicht Verstandenes entfernen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Treffer</translation>
    </message>
    <message>
        <source>Order: %1</source>
        <translation>Reihenfolge: %1</translation>
    </message>
    <message>
        <source>Searching in %1 of the history so far.</source>
        <translation>Bisher sind %1 des Verlaufs durchsuchbar.</translation>
    </message>
    <message>
        <source>Not understood: %1</source>
        <translation>Nicht verstanden: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 or more</source>
        <translation>%1 oder mehr</translation>
    </message>
    <message>
        <source>The search did not work</source>
        <translation>Die Suche hat nicht geklappt</translation>
    </message>
    <message>
        <source>What you have open is not affected.</source>
        <translation>Was Sie geöffnet haben, ist davon nicht betroffen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Try fewer or other words, or only their beginnings.</source>
        <translation>Versuchen Sie es mit weniger oder anderen Wörtern, oder nur mit Wortanfängen.</translation>
    </message>
    <message>
        <source>Only this was looked through: %1.</source>
        <translation>Nur dies wurde durchsucht: %1.</translation>
    </message>
    <message>
        <source>Look through everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Try fewer words or fewer filters.</source>
        <translation>Versuchen Sie es mit weniger Wörtern oder Filtern.</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Search and commands</source>
        <translation>Suche und Befehle</translation>
    </message>
    <message>
        <source>Inbox</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Kunden</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>Leitstand</translation>
    </message>
    <message>
        <source>Wallboard</source>
        <translation>Wandanzeige</translation>
    </message>
    <message>
        <source>Lists of the inbox</source>
        <translation>Listen des Eingangs</translation>
    </message>
    <message>
        <source>Find in the list or in the open contact</source>
        <translation>In der Liste oder im Kontakt suchen</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Nächster Bereich</translation>
    </message>
    <message>
        <source>My state</source>
        <translation>Mein Status</translation>
    </message>
    <message>
        <source>My numbers and my queues</source>
        <translation>Meine Zahlen und Warteschlangen</translation>
    </message>
    <message>
        <source>Put the announcement away</source>
        <translation>Durchsage ausblenden</translation>
    </message>
    <message>
        <source>Outbox: what is still to go out</source>
        <translation>Postausgang: was noch zu senden ist</translation>
    </message>
    <message>
        <source>Edit the customer</source>
        <translation>Kunden bearbeiten</translation>
    </message>
    <message>
        <source>Verify the customer</source>
        <translation>Identität prüfen</translation>
    </message>
    <message>
        <source>Compare with the record that looks the same</source>
        <translation>Mit möglicher Dublette vergleichen</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Lock the screen</source>
        <translation>Bildschirm sperren</translation>
    </message>
    <message>
        <source>This table</source>
        <translation>Diese Übersicht</translation>
    </message>
    <message>
        <source>Offers and the open contact</source>
        <translation>Klingelnde und offene Kontakte</translation>
    </message>
    <message>
        <source>Accept the first offer</source>
        <translation>Klingelnden Kontakt annehmen</translation>
    </message>
    <message>
        <source>Decline the first offer</source>
        <translation>Klingelnden Kontakt ablehnen</translation>
    </message>
    <message>
        <source>Next request for me</source>
        <translation>Nächste Anfrage für mich</translation>
    </message>
    <message>
        <source>Why the contact came here</source>
        <translation>Warum der Kontakt hierher kam</translation>
    </message>
    <message>
        <source>Next contact</source>
        <translation>Nächster Kontakt</translation>
    </message>
    <message>
        <source>Previous contact</source>
        <translation>Voriger Kontakt</translation>
    </message>
    <message>
        <source>Take from the queue</source>
        <translation>Aus der Warteschlange holen</translation>
    </message>
    <message>
        <source>Hold or resume</source>
        <translation>Halten oder fortsetzen</translation>
    </message>
    <message>
        <source>Wait for the customer</source>
        <translation>Auf den Kunden warten</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Weiterleiten</translation>
    </message>
    <message>
        <source>Ask a colleague</source>
        <translation>Im Team fragen</translation>
    </message>
    <message>
        <source>Call back</source>
        <translation>Rückruf</translation>
    </message>
    <message>
        <source>Whisper, for leads</source>
        <translation>Flüstern (Teamleitung)</translation>
    </message>
    <message>
        <source>Read along or no more, for leads</source>
        <translation>Mitlesen oder nicht mehr (Teamleitung)</translation>
    </message>
    <message>
        <source>Snooze</source>
        <translation>Zurückstellen</translation>
    </message>
    <message>
        <source>Wrap up</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>Anliegen wählen</translation>
    </message>
    <message>
        <source>What to do next</source>
        <translation>Was als Nächstes zu tun ist</translation>
    </message>
    <message>
        <source>Take a suggestion</source>
        <translation>Vorschlag annehmen</translation>
    </message>
    <message>
        <source>Put a suggestion aside</source>
        <translation>Vorschlag verwerfen</translation>
    </message>
    <message>
        <source>All reasons for the suggestions</source>
        <translation>Alle Gründe der Vorschläge</translation>
    </message>
    <message>
        <source>Take the last suggestion back</source>
        <translation>Letzten Vorschlag zurücknehmen</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Leitfaden</translation>
    </message>
    <message>
        <source>Step done, on to the next</source>
        <translation>Schritt erledigt, weiter zum nächsten</translation>
    </message>
    <message>
        <source>Skip the step</source>
        <translation>Schritt auslassen</translation>
    </message>
    <message>
        <source>Knowledge</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Send or save</source>
        <translation>Senden oder speichern</translation>
    </message>
    <message>
        <source>Write a reply</source>
        <translation>Antwort schreiben</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Textbausteine</translation>
    </message>
    <message>
        <source>Take the last send back, while the field is empty</source>
        <translation>Senden zurücknehmen (bei leerem Feld)</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>SideColumn</name>
    <message>
        <source>Alerts</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>Besetzung</translation>
    </message>
    <message>
        <source>Course</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>The program for this kind of system is not installed here.</source>
        <translation>Das Programm für diese Art von System ist hier nicht installiert.</translation>
    </message>
    <message>
        <source>The access token is not accepted. Was all of it copied?</source>
        <translation>Das Zugriffstoken wird nicht angenommen. Wurde es vollständig kopiert?</translation>
    </message>
    <message>
        <source>The name or the password is wrong.</source>
        <translation>Name oder Passwort ist falsch.</translation>
    </message>
    <message>
        <source>This system asks for more than a password, such as a second factor. Please sign in with an access token.</source>
        <translation>Dieses System verlangt mehr als ein Passwort, etwa einen zweiten Faktor. Bitte melden Sie sich mit einem Zugriffstoken an.</translation>
    </message>
    <message>
        <source>The system knows you, but does not let you work there. Please ask your administrator.</source>
        <translation>Das System kennt Sie, lässt Sie dort aber nicht arbeiten. Bitte fragen Sie Ihre Administration.</translation>
    </message>
    <message>
        <source>Too many tries. Please wait a minute and try again.</source>
        <translation>Zu viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>This account is in this window already.</source>
        <translation>Dieses Konto ist schon in diesem Fenster.</translation>
    </message>
    <message>
        <source>Please type the address of your system, such as https://desk.example.com.</source>
        <translation>Bitte geben Sie die Adresse Ihres Systems ein, zum Beispiel https://desk.example.com.</translation>
    </message>
    <message>
        <source>The address has to begin with https:// (or http:// on this machine).</source>
        <translation>Die Adresse muss mit https:// beginnen (auf diesem Rechner auch http://).</translation>
    </message>
    <message>
        <source>This address has no host name in it.</source>
        <translation>In dieser Adresse fehlt der Rechnername.</translation>
    </message>
    <message>
        <source>Please leave name and password out of the address.</source>
        <translation>Bitte lassen Sie Name und Passwort aus der Adresse weg.</translation>
    </message>
    <message>
        <source>The system cannot be reached. Please check the address and the network.</source>
        <translation>Das System ist nicht erreichbar. Bitte prüfen Sie Adresse und Netzwerk.</translation>
    </message>
    <message>
        <source>The system did not answer in time. Please try again.</source>
        <translation>Das System hat nicht rechtzeitig geantwortet. Bitte versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The certificate of this address is not trusted on this machine. Please ask your administrator.</source>
        <translation>Dem Zertifikat dieser Adresse wird auf diesem Rechner nicht vertraut. Bitte fragen Sie Ihre Administration.</translation>
    </message>
    <message>
        <source>The proxy of your network does not let the connection through. Please ask your administrator.</source>
        <translation>Der Proxy Ihres Netzwerks lässt die Verbindung nicht durch. Bitte fragen Sie Ihre Administration.</translation>
    </message>
    <message>
        <source>The system has troubles of its own. Please try again later.</source>
        <translation>Das System hat selbst gerade Probleme. Bitte versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>This system has no keyring to keep your secrets in.</source>
        <translation>Dieses System hat keinen Schlüsselbund für Ihre Zugangsdaten.</translation>
    </message>
    <message>
        <source>The rules of this machine do not allow secrets in a file.</source>
        <translation>Die Vorgaben dieses Rechners erlauben keine Zugangsdaten in einer Datei.</translation>
    </message>
    <message>
        <source>The keyring of this system is locked. Unlock it and try again.</source>
        <translation>Der Schlüsselbund dieses Systems ist gesperrt. Entsperren Sie ihn und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The stored secrets cannot be read. Nothing was deleted.</source>
        <translation>Die gespeicherten Zugangsdaten lassen sich nicht lesen. Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The local data cannot be opened with the stored key. Nothing was deleted.</source>
        <translation>Die lokalen Daten lassen sich mit dem gespeicherten Schlüssel nicht öffnen. Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The local data is damaged. Nothing was deleted.</source>
        <translation>Die lokalen Daten sind beschädigt. Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The local data was written by a newer version. Please update Dirigent.</source>
        <translation>Die lokalen Daten stammen von einer neueren Version. Bitte aktualisieren Sie Dirigent.</translation>
    </message>
    <message>
        <source>The local data is in use by another program.</source>
        <translation>Die lokalen Daten werden von einem anderen Programm verwendet.</translation>
    </message>
    <message>
        <source>Something answers at this address, but it is not %1. Please check address and kind.</source>
        <translation>Unter dieser Adresse antwortet etwas, aber nicht %1. Bitte prüfen Sie Adresse und Art.</translation>
    </message>
    <message>
        <source>what was looked for</source>
        <translation>was gesucht wurde</translation>
    </message>
    <message>
        <source>The system cannot be reached (%1). Please check the address and the network.</source>
        <translation>Das System ist nicht erreichbar (%1). Bitte prüfen Sie Adresse und Netzwerk.</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Add an account</source>
        <translation>Konto hinzufügen</translation>
    </message>
    <message>
        <source>Sign in to Dirigent</source>
        <translation>Bei Dirigent anmelden</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Address of your system</source>
        <translation>Adresse Ihres Systems</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>What to call this account</source>
        <translation>Name für dieses Konto</translation>
    </message>
    <message>
        <source>No account yet? The demo centre runs on this machine only, with invented customers and live traffic.</source>
        <translation>Noch kein Konto? Das Demo-Center läuft nur auf diesem Rechner, mit erfundenen Kunden und laufendem Betrieb.</translation>
    </message>
    <message>
        <source>Open the demo centre</source>
        <translation>Demo-Center öffnen</translation>
    </message>
    <message>
        <source>Kind of system</source>
        <translation>Art des Systems</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen&#xa0;…</translation>
    </message>
    <message>
        <source>With a password</source>
        <translation>Mit Passwort</translation>
    </message>
    <message>
        <source>With an access token</source>
        <translation>Mit Zugriffstoken</translation>
    </message>
    <message>
        <source>Add account</source>
        <translation>Konto hinzufügen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugriffstoken</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Please type your access token.</source>
        <translation>Bitte geben Sie Ihr Zugriffstoken ein.</translation>
    </message>
    <message>
        <source>Please type your name and your password.</source>
        <translation>Bitte geben Sie Namen und Passwort ein.</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Anmeldung läuft&#xa0;…</translation>
    </message>
</context>
<context>
    <name>SignInNote</name>
    <message>
        <source>Keep my secrets in a file of this profile instead</source>
        <translation>Stattdessen in einer Datei dieses Profils speichern</translation>
    </message>
    <message>
        <source>Whoever can read your files can then open the stored data. Use this only on a machine of your own.</source>
        <translation>Wer Ihre Dateien lesen kann, kann dann auch die gespeicherten Daten öffnen. Nutzen Sie dies nur auf einem eigenen Rechner.</translation>
    </message>
</context>
<context>
    <name>Skeleton</name>
    <message>
        <source>Loading messages</source>
        <translation>Nachrichten werden geladen</translation>
    </message>
</context>
<context>
    <name>StaffingPage</name>
    <message>
        <source>Agents needed and there by half hour. Arrow keys go from one to the next.</source>
        <translation>Gebrauchte und anwesende Mitarbeitende je halbe Stunde. Pfeiltasten führen von einem Wert zum nächsten.</translation>
    </message>
    <message>
        <source>Agents today</source>
        <translation>Besetzung heute</translation>
    </message>
    <message>
        <source>Short now</source>
        <translation>Unterbesetzt</translation>
    </message>
    <message>
        <source>Queues that are short of agents now</source>
        <translation>Warteschlangen, in denen gerade jemand fehlt</translation>
    </message>
    <message>
        <source>%1 needed now, %2 there</source>
        <translation>%1 gebraucht, %2 da</translation>
    </message>
    <message numerus="yes">
        <source>%n short</source>
        <translation>
            <numerusform>%n fehlt</numerusform>
            <numerusform>%n fehlen</numerusform>
        </translation>
    </message>
    <message>
        <source>Every queue has the agents it needs.</source>
        <translation>Jede Warteschlange ist ausreichend besetzt.</translation>
    </message>
    <message>
        <source>How many agents are needed is known once there are a few weeks of history.</source>
        <translation>Wie viele gebraucht werden, steht fest, sobald ein paar Wochen Verlauf vorliegen.</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>What can be searched for</source>
        <translation>Was sich suchen lässt</translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation>Letzte Suchen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear the recent searches</source>
        <translation>Letzte Suchen leeren</translation>
    </message>
    <message>
        <source>What can be typed</source>
        <translation>So lässt sich suchen</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Secrets in a file</source>
        <translation>Zugangsdaten in Datei</translation>
    </message>
    <message>
        <source>Your sign-in and the key of the local data are kept in a file of this profile, as you chose.</source>
        <translation>Ihre Anmeldung und der Schlüssel der lokalen Daten liegen, wie von Ihnen gewählt, in einer Datei dieses Profils.</translation>
    </message>
    <message>
        <source>Search and commands</source>
        <translation>Suche und Befehle</translation>
    </message>
    <message>
        <source>My state: %1</source>
        <translation>Mein Status: %1</translation>
    </message>
    <message>
        <source>Nobody is waiting in the queues</source>
        <translation>Niemand in den Warteschlangen</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting in the queues, longest %1</source>
        <translation>
            <numerusform>Warteschlangen: %n, längste Wartezeit %1</numerusform>
            <numerusform>Warteschlangen: %n, längste Wartezeit %1</numerusform>
        </translation>
    </message>
    <message>
        <source>An offer was not answered in time. Choose Ready to get offers again.</source>
        <translation>Ein Kontakt wurde nicht rechtzeitig angenommen. Wählen Sie „Bereit“, damit es wieder klingelt.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is wrong. Times in this window go by the hub&apos;s clock; please set this one right.</source>
        <translation>Die Uhr dieses Rechners geht falsch. Die Zeiten in diesem Fenster richten sich nach der Zentrale; bitte stellen Sie die Uhr richtig.</translation>
    </message>
    <message>
        <source>My day</source>
        <translation>Mein Tag</translation>
    </message>
    <message>
        <source>My numbers and my queues</source>
        <translation>Meine Zahlen und Warteschlangen</translation>
    </message>
    <message>
        <source>Change my state</source>
        <translation>Meinen Status ändern</translation>
    </message>
    <message>
        <source>Clock off by %1</source>
        <translation>Uhr um %1 falsch</translation>
    </message>
    <message>
        <source>This window was not heard of for a while. Choose Ready to get offers again.</source>
        <translation>Von diesem Fenster kam eine Weile kein Lebenszeichen. Wählen Sie „Bereit“, damit es wieder klingelt.</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Abgeglichen</translation>
    </message>
    <message>
        <source>Fetching history: %1</source>
        <translation>Verlauf wird geladen: %1</translation>
    </message>
    <message>
        <source>Please sign in again</source>
        <translation>Bitte erneut anmelden</translation>
    </message>
    <message>
        <source>Offline: as of %1 ago. You can read and write; it goes out later.</source>
        <translation>Offline, Stand vor %1. Sie können lesen und schreiben; gesendet wird später.</translation>
    </message>
    <message>
        <source>Offline. You can read and write; it goes out later.</source>
        <translation>Offline. Sie können lesen und schreiben; gesendet wird später.</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Wird verbunden&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n nicht gesendet</numerusform>
            <numerusform>%n nicht gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n zu senden</numerusform>
            <numerusform>%n zu senden</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything is sent</source>
        <translation>Alles gesendet</translation>
    </message>
    <message>
        <source>Show the outbox</source>
        <translation>Postausgang zeigen</translation>
    </message>
</context>
<context>
    <name>StepForm</name>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Put the wording into the reply</source>
        <translation>Wortlaut in die Antwort übernehmen</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Entfällt</translation>
    </message>
    <message>
        <source>Leave this step out</source>
        <translation>Diesen Schritt auslassen</translation>
    </message>
    <message>
        <source>hidden until verified</source>
        <translation>erst nach Identitätsprüfung</translation>
    </message>
    <message>
        <source>%1 (if there is one)</source>
        <translation>%1 (falls vorhanden)</translation>
    </message>
    <message>
        <source>This is still needed.</source>
        <translation>Das wird noch gebraucht.</translation>
    </message>
</context>
<context>
    <name>StreamView</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
</context>
<context>
    <name>SuggestionsCard</name>
    <message>
        <source>Next best step</source>
        <translation>Nächster bester Schritt</translation>
    </message>
    <message>
        <source>Nothing to suggest at the moment.</source>
        <translation>Zurzeit kein Vorschlag.</translation>
    </message>
    <message>
        <source>%1 takes one, %2 puts it aside, %3 tells all reasons</source>
        <translation>%1 nimmt an, %2 verwirft, %3 zeigt alle Gründe</translation>
    </message>
</context>
<context>
    <name>TableCard</name>
    <message>
        <source>new order as soon as the pointer leaves</source>
        <translation>ordnet sich neu, sobald der Zeiger weg ist</translation>
    </message>
    <message>
        <source>Columns and order</source>
        <translation>Spalten und Reihenfolge</translation>
    </message>
    <message>
        <source>Columns and order of the table: %1</source>
        <translation>Spalten und Reihenfolge der Tabelle: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nothing here fits what you look for.</source>
        <translation>Hier passt nichts zu Ihrer Suche.</translation>
    </message>
</context>
<context>
    <name>TapeButton</name>
    <message>
        <source>You are looking at a recording. Nothing you do here leaves this computer.</source>
        <translation>Sie sehen eine Aufzeichnung. Nichts, was Sie hier tun, verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Click to pause it or to let it go on; Ctrl+K has more.</source>
        <translation>Ein Klick hält sie an oder lässt sie weiterlaufen; mehr mit Strg+K.</translation>
    </message>
    <message>
        <source>Recording %1 of %2</source>
        <translation>Aufzeichnung %1 von %2</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>at its end</source>
        <translation>zu Ende</translation>
    </message>
</context>
<context>
    <name>TimeSheet</name>
    <message>
        <source>Snooze until</source>
        <translation>Zurückstellen bis</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Snooze</source>
        <translation>Zurückstellen</translation>
    </message>
</context>
<context>
    <name>TransferNotices</name>
    <message>
        <source>Save file</source>
        <translation>Datei speichern</translation>
    </message>
    <message>
        <source>Fetching %1 …</source>
        <translation>%1 wird geholt&#xa0;…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>%1 was not saved.</source>
        <translation>%1 wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>%1 was not opened.</source>
        <translation>%1 wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>Save …</source>
        <translation>Speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>TroubleBanner</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Repair it now</source>
        <translation>Jetzt reparieren</translation>
    </message>
</context>
<context>
    <name>TroublePage</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Keep the key in a file of this profile instead</source>
        <translation>Schlüssel stattdessen in einer Datei dieses Profils halten</translation>
    </message>
    <message>
        <source>Set the old data aside and start anew</source>
        <translation>Alte Daten beiseitelegen und neu beginnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Yes, set it aside and start anew</source>
        <translation>Ja, beiseitelegen und neu beginnen</translation>
    </message>
    <message>
        <source>Yes, keep it in a file</source>
        <translation>Ja, in einer Datei halten</translation>
    </message>
</context>
<context>
    <name>TypingLine</name>
    <message>
        <source>%1 is typing …</source>
        <translation>%1 schreibt&#xa0;…</translation>
    </message>
    <message>
        <source>The customer is typing …</source>
        <translation>Der Kunde schreibt&#xa0;…</translation>
    </message>
    <message>
        <source>%1 has closed the page.</source>
        <translation>%1 hat die Seite geschlossen.</translation>
    </message>
    <message>
        <source>The customer has closed the page.</source>
        <translation>Der Kunde hat die Seite geschlossen.</translation>
    </message>
</context>
<context>
    <name>VerificationView</name>
    <message>
        <source>Verification</source>
        <translation>Identitätsprüfung</translation>
    </message>
    <message>
        <source>verified by the channel</source>
        <translation>Identität durch Kanal geprüft</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>Identität geprüft</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>Identität ungeprüft</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n falsch</numerusform>
            <numerusform>%n falsch</numerusform>
        </translation>
    </message>
    <message>
        <source>too many wrong answers</source>
        <translation>zu viele falsche Antworten</translation>
    </message>
    <message>
        <source>cannot be asked in this contact</source>
        <translation>in diesem Kontakt nicht abfragbar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>not on file</source>
        <translation>nicht hinterlegt</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Ask: %1</source>
        <translation>Fragen: %1</translation>
    </message>
</context>
<context>
    <name>Wallboard</name>
    <message>
        <source>Wallboard</source>
        <translation>Wandanzeige</translation>
    </message>
    <message>
        <source>Arrivals by half hour</source>
        <translation>Eingang je halbe Stunde</translation>
    </message>
    <message>
        <source>Waiting for the figures…</source>
        <translation>Zahlen werden geladen&#xa0;…</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>Arrivals against forecast</source>
        <translation>Eingang und Prognose</translation>
    </message>
    <message>
        <source>Right now</source>
        <translation>Gerade jetzt</translation>
    </message>
    <message>
        <source>stays on this page</source>
        <translation>bleibt auf dieser Seite</translation>
    </message>
    <message>
        <source>figures are %1 old</source>
        <translation>Zahlen sind %1 alt</translation>
    </message>
</context>
<context>
    <name>WrapUpCard</name>
    <message>
        <source>Wrap up</source>
        <translation>Abschluss</translation>
    </message>
    <message>
        <source>How did it end?</source>
        <translation>Wie ist es ausgegangen?</translation>
    </message>
    <message>
        <source>How did it end? Type to search, arrow keys choose</source>
        <translation>Wie ist es ausgegangen? Tippen sucht, Pfeiltasten wählen</translation>
    </message>
    <message>
        <source>Outcomes</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>What was done, for whoever is next</source>
        <translation>Was wurde getan? Für alle, die hier weitermachen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back to writing; what was filled in stays (Esc)</source>
        <translation>Zurück zum Schreiben; Ihre Eingaben bleiben erhalten (Esc)</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>Fits this request</source>
        <translation>Passt zum Anliegen</translation>
    </message>
    <message>
        <source>Other outcomes</source>
        <translation>Weitere Ergebnisse</translation>
    </message>
    <message>
        <source>Choose how it ended</source>
        <translation>Bitte Ergebnis wählen</translation>
    </message>
    <message>
        <source>After-call work: %1</source>
        <translation>Nachbearbeitung: %1</translation>
    </message>
</context>
<context>
    <name>_Asking</name>
    <message>
        <source>What the caller says</source>
        <translation>Antwort des Kunden</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>That is not what the record says. A slip of the pen? Otherwise the answer is wrong.</source>
        <translation>Das stimmt nicht mit den Daten überein. Vertippt? Sonst ist die Antwort falsch.</translation>
    </message>
    <message>
        <source>This does not look like an answer to this question.</source>
        <translation>Das sieht nicht nach einer Antwort auf diese Frage aus.</translation>
    </message>
</context>
<context>
    <name>_ContactRow</name>
    <message>
        <source>open</source>
        <translation>öffnen</translation>
    </message>
    <message>
        <source>Open contact: %1</source>
        <translation>Kontakt öffnen: %1</translation>
    </message>
</context>
<context>
    <name>_StepRow</name>
    <message>
        <source>Open this step again</source>
        <translation>Diesen Schritt wieder öffnen</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>Open this step again: %1</source>
        <translation>Diesen Schritt wieder öffnen: %1</translation>
    </message>
    <message>
        <source>not confirmed yet</source>
        <translation>noch nicht bestätigt</translation>
    </message>
</context>
<context>
    <name>_SuggestionRow</name>
    <message>
        <source>being tried</source>
        <translation>wird erprobt</translation>
    </message>
    <message>
        <source>Put here to learn whether it helps; so far others did better.</source>
        <translation>Steht hier, um zu sehen, ob es hilft; bisher halfen andere Vorschläge mehr.</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Already done</source>
        <translation>Schon erledigt</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>Passt nicht</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Not allowed here</source>
        <translation>Hier nicht erlaubt</translation>
    </message>
    <message>
        <source>%1 likely</source>
        <translation>zu %1 wahrscheinlich</translation>
    </message>
    <message>
        <source>Call back at another time than %1</source>
        <translation>Anderen Zeitpunkt als %1 für den Rückruf wählen</translation>
    </message>
    <message>
        <source>Choose another time</source>
        <translation>Anderen Zeitpunkt wählen</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>%1: %3</source>
        <translation>%1: %3</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Enter</source>
        <comment>a value into a field</comment>
        <translation>Eintragen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Einplanen</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Festlegen</translation>
    </message>
    <message>
        <source>Do it</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Call back at</source>
        <translation>Rückruf am</translation>
    </message>
    <message>
        <source>Not this: %1</source>
        <translation>Verwerfen: %1</translation>
    </message>
</context>
<context>
    <name>_TakenLine</name>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Put aside: %1</source>
        <translation>Verworfen: %1</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>Erledigt: %1</translation>
    </message>
</context>
<context>
    <name>accounts</name>
    <message>
        <source>Recording</source>
        <translation>Aufzeichnung</translation>
    </message>
    <message>
        <source>%1 (version %2 or newer)</source>
        <translation>%1 (ab Version %2)</translation>
    </message>
    <message>
        <source>The address under which you open Request Tracker in the browser.</source>
        <translation>Die Adresse, unter der Sie Request Tracker im Browser öffnen.</translation>
    </message>
    <message>
        <source>The address that the browser shows will do, with the number of the account.</source>
        <translation>Es genügt die Adresse, die der Browser zeigt, mit der Nummer des Kontos.</translation>
    </message>
    <message>
        <source>The address under which you open Zammad in the browser.</source>
        <translation>Die Adresse, unter der Sie Zammad im Browser öffnen.</translation>
    </message>
    <message>
        <source>A folder that was recorded with Dirigent. Nothing leaves this machine.</source>
        <translation>Ein mit Dirigent aufgezeichneter Ordner. Nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Request Tracker: Logged in as … › Settings › Auth Tokens.</source>
        <translation>Request Tracker: Angemeldet als&#xa0;… › Einstellungen › Auth Tokens.</translation>
    </message>
    <message>
        <source>Chatwoot: Profile Settings › Access Token, at the end of the page.</source>
        <translation>Chatwoot: Profileinstellungen › Zugriffstoken, am Ende der Seite.</translation>
    </message>
    <message>
        <source>Zammad: Profile › Token Access, with the permission ticket.agent.</source>
        <translation>Zammad: Profil › Token-Zugriff, mit der Berechtigung ticket.agent.</translation>
    </message>
    <message>
        <source>Hear of changes at once</source>
        <translation>Von Änderungen sofort erfahren</translation>
    </message>
    <message>
        <source>Keeps a session open in Zammad, as a browser does. Only with a password; otherwise it is asked now and then.</source>
        <translation>Hält in Zammad eine Sitzung offen wie ein Browser. Nur mit Passwort; sonst wird ab und zu nachgefragt.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Aktuell</translation>
    </message>
    <message>
        <source>Please sign in again</source>
        <translation>Bitte erneut anmelden</translation>
    </message>
    <message>
        <source>Fetching history: %1</source>
        <translation>Verlauf wird geladen: %1</translation>
    </message>
    <message>
        <source>The program for this kind of system is not installed</source>
        <translation>Das Programm für diese Art von System ist nicht installiert</translation>
    </message>
    <message>
        <source>Cannot be reached</source>
        <translation>Nicht erreichbar</translation>
    </message>
    <message>
        <source>Cannot be reached, as of %1 ago</source>
        <translation>Nicht erreichbar, Stand von vor %1</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Wird verbunden&#xa0;…</translation>
    </message>
    <message>
        <source>%1 is in this window now; its contacts are being fetched.</source>
        <translation>%1 ist jetzt in diesem Fenster; die Kontakte werden geholt.</translation>
    </message>
    <message>
        <source>%1 cannot do this.</source>
        <translation>%1 kann das nicht.</translation>
    </message>
    <message>
        <source>%1 cannot do this (%2).</source>
        <translation>%1 kann das nicht (%2).</translation>
    </message>
    <message>
        <source>Only look at it</source>
        <translation>Nur ansehen</translation>
    </message>
    <message>
        <source>Nothing can be done in it, not even for practice.</source>
        <translation>Darin lässt sich nichts tun, auch nicht zur Übung.</translation>
    </message>
</context>
<context>
    <name>alerts</name>
    <message>
        <source>Somebody waits too long</source>
        <translation>Zu lange Wartezeit</translation>
    </message>
    <message>
        <source>Many are waiting</source>
        <translation>Viele warten</translation>
    </message>
    <message>
        <source>Service level too low</source>
        <translation>Servicelevel zu niedrig</translation>
    </message>
    <message>
        <source>Many give up</source>
        <translation>Viele Abbrüche</translation>
    </message>
    <message>
        <source>Nobody is ready</source>
        <translation>Niemand ist bereit</translation>
    </message>
    <message>
        <source>More arrive than forecast</source>
        <translation>Mehr Eingang als erwartet</translation>
    </message>
    <message>
        <source>Away for long</source>
        <translation>Lange abwesend</translation>
    </message>
    <message>
        <source>Wrap-up takes long</source>
        <translation>Lange Nachbearbeitung</translation>
    </message>
    <message>
        <source>Contact takes long</source>
        <translation>Langer Kontakt</translation>
    </message>
    <message>
        <source>Customer is upset</source>
        <translation>Kunde ist verärgert</translation>
    </message>
    <message>
        <source>Waiting requests</source>
        <translation>Wartende Anfragen</translation>
    </message>
    <message>
        <source>Longest wait</source>
        <translation>Längste Wartezeit</translation>
    </message>
    <message>
        <source>Service level</source>
        <translation>Servicelevel</translation>
    </message>
    <message>
        <source>Gave up today</source>
        <translation>Abbrüche heute</translation>
    </message>
    <message>
        <source>Agents ready</source>
        <translation>Bereite Mitarbeitende</translation>
    </message>
    <message>
        <source>Arrivals against forecast</source>
        <translation>Eingang gegen Prognose</translation>
    </message>
    <message>
        <source>Time away</source>
        <translation>Abwesenheit</translation>
    </message>
    <message>
        <source>Time of wrap-up</source>
        <translation>Dauer der Nachbearbeitung</translation>
    </message>
    <message>
        <source>Time of a contact</source>
        <translation>Dauer eines Kontakts</translation>
    </message>
    <message>
        <source>Mood of a customer</source>
        <translation>Stimmung eines Kunden</translation>
    </message>
    <message>
        <source>below %1</source>
        <translation>unter %1</translation>
    </message>
    <message>
        <source>above %1</source>
        <translation>über %1</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>%1 lang</translation>
    </message>
    <message>
        <source>over at %1</source>
        <translation>vorbei bei %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Watches</source>
        <translation>Überwacht</translation>
    </message>
    <message>
        <source>is above</source>
        <translation>über</translation>
    </message>
    <message>
        <source>is below</source>
        <translation>unter</translation>
    </message>
    <message>
        <source>Raised once it</source>
        <translation>Warnt bei</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Over once it is back at</source>
        <translation>Vorbei bei</translation>
    </message>
    <message>
        <source>min</source>
        <translation>Min</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>sofort</translation>
    </message>
    <message>
        <source>Not before it lasted</source>
        <translation>Warnt nach</translation>
    </message>
    <message>
        <source>Queues (none: all)</source>
        <translation>Warteschlangen (keine: alle)</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Silent at these times</source>
        <translation>Zu diesen Zeiten still</translation>
    </message>
    <message>
        <source>Silent from</source>
        <translation>Still ab</translation>
    </message>
    <message>
        <source>Silent until</source>
        <translation>Still bis</translation>
    </message>
    <message>
        <source>The rule needs a name.</source>
        <translation>Die Regel braucht einen Namen.</translation>
    </message>
    <message>
        <source>The name is too long.</source>
        <translation>Der Name ist zu lang.</translation>
    </message>
    <message>
        <source>It must be over at the better side of where it is raised, or there.</source>
        <translation>„Vorbei bei“ muss der Schwelle gleichen oder auf ihrer besseren Seite liegen.</translation>
    </message>
    <message>
        <source>It can wait a week at most.</source>
        <translation>Sie kann höchstens eine Woche abwarten.</translation>
    </message>
    <message>
        <source>Choose the days on which it is silent, and two different times.</source>
        <translation>Wählen Sie die stillen Tage und zwei verschiedene Uhrzeiten.</translation>
    </message>
    <message>
        <source>Alert rules</source>
        <translation>Warnregeln</translation>
    </message>
    <message>
        <source>New rule</source>
        <translation>Neue Regel</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>No rule yet</source>
        <translation>Noch keine Regel</translation>
    </message>
    <message>
        <source>A rule tells you when something needs you: many waiting, a long call.</source>
        <translation>Eine Regel meldet, wenn etwas Sie braucht: viele Wartende, ein langer Anruf.</translation>
    </message>
</context>
<context>
    <name>board</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>In hand</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Occupancy</source>
        <translation>Auslastung</translation>
    </message>
    <message>
        <source>Share of signed-in time with something in hand</source>
        <translation>Anteil der angemeldeten Zeit mit Kontakten in Arbeit</translation>
    </message>
    <message>
        <source>Handling</source>
        <translation>Ø Dauer</translation>
    </message>
    <message>
        <source>Average handling time today</source>
        <translation>Mittlere Bearbeitungszeit heute</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Contacts handled today</source>
        <translation>Heute bearbeitete Kontakte</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Offers that rang out today</source>
        <translation>Heute nicht angenommene Kontakte</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>%1, then %2</source>
        <translation>%1, dann %2</translation>
    </message>
    <message>
        <source>lent until %1</source>
        <translation>ausgeliehen bis %1</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>A rule that was removed</source>
        <translation>Eine entfernte Regel</translation>
    </message>
    <message>
        <source>over since %1</source>
        <translation>vorbei seit %1</translation>
    </message>
    <message>
        <source>priority %1</source>
        <translation>Priorität %1</translation>
    </message>
    <message>
        <source>Answer due: %1</source>
        <translation>Antwort fällig: %1</translation>
    </message>
    <message>
        <source>today, target %1</source>
        <translation>heute, Ziel %1</translation>
    </message>
    <message>
        <source>nobody waits</source>
        <translation>niemand wartet</translation>
    </message>
    <message>
        <source>longest %1</source>
        <translation>längste %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>no forecast yet</source>
        <translation>noch keine Prognose</translation>
    </message>
    <message>
        <source>forecast %1</source>
        <translation>Prognose %1</translation>
    </message>
    <message numerus="yes">
        <source>%n ready</source>
        <translation>
            <numerusform>%n bereit</numerusform>
            <numerusform>%n bereit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n short now</source>
        <translation>
            <numerusform>derzeit fehlt %n</numerusform>
            <numerusform>derzeit fehlen %n</numerusform>
        </translation>
    </message>
    <message>
        <source>enough for now</source>
        <translation>derzeit genug</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Service level</source>
        <translation>Servicelevel</translation>
    </message>
    <message>
        <source>Last half hour</source>
        <translation>Letzte 30&#xa0;Min</translation>
    </message>
    <message>
        <source>service level</source>
        <translation>Servicelevel</translation>
    </message>
    <message>
        <source>Abandoned</source>
        <translation>Abbrüche</translation>
    </message>
    <message>
        <source>Arrivals today</source>
        <translation>Eingang heute</translation>
    </message>
    <message numerus="yes">
        <source>%n signed in</source>
        <translation>
            <numerusform>%n angemeldet</numerusform>
            <numerusform>%n angemeldet</numerusform>
        </translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>Besetzung</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>Längste</translation>
    </message>
    <message>
        <source>Longest wait</source>
        <translation>Längste Wartezeit</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Service level of the last half hour</source>
        <translation>Servicelevel der letzten halben Stunde</translation>
    </message>
    <message>
        <source>Service level today</source>
        <translation>Servicelevel heute</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>Prognose</translation>
    </message>
    <message>
        <source>Service level at the end of today, if it goes on as forecast</source>
        <translation>Servicelevel am Ende des Tages, wenn die Prognose eintrifft</translation>
    </message>
    <message>
        <source>Arrivals</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>Arrivals today against their forecast up to now</source>
        <translation>Eingang heute und Prognose bis jetzt</translation>
    </message>
    <message>
        <source>Backlog</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>What waits, by age: the youngest first</source>
        <translation>Wartendes nach Alter: das jüngste zuerst</translation>
    </message>
    <message>
        <source>Agents who work the queue, and how many its service level needs</source>
        <translation>Wie viele in der Warteschlange arbeiten, und wie viele für den Servicelevel nötig sind</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>In Bearbeitung</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>Beantwortet</translation>
    </message>
    <message>
        <source>Answer time</source>
        <translation>Antwortzeit</translation>
    </message>
    <message>
        <source>Average time to the first answer</source>
        <translation>Mittlere Zeit bis zur ersten Antwort</translation>
    </message>
    <message>
        <source>Average handling time</source>
        <translation>Mittlere Bearbeitungszeit</translation>
    </message>
    <message>
        <source>%1 (closed)</source>
        <translation>%1 (geschlossen)</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>%1, target %2</source>
        <translation>%1, Ziel %2</translation>
    </message>
    <message numerus="yes">
        <source>%n, no forecast yet</source>
        <translation>
            <numerusform>%n, noch keine Prognose</numerusform>
            <numerusform>%n, noch keine Prognose</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, forecast %2</source>
        <translation>%1, Prognose %2</translation>
    </message>
    <message>
        <source>%1, %2 of %3</source>
        <translation>%1, %2 von %3</translation>
    </message>
    <message>
        <source>nothing waits</source>
        <translation>nichts wartet</translation>
    </message>
    <message numerus="yes">
        <source>%n there, need unknown</source>
        <translation>
            <numerusform>%n da, Bedarf unbekannt</numerusform>
            <numerusform>%n da, Bedarf unbekannt</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 there, %2 needed</source>
        <translation>%1 da, %2 gebraucht</translation>
    </message>
    <message>
        <source>Arrived today</source>
        <translation>Heute eingegangen</translation>
    </message>
    <message>
        <source>Answered today</source>
        <translation>Heute beantwortet</translation>
    </message>
    <message>
        <source>Abandoned today</source>
        <translation>Heute abgebrochen</translation>
    </message>
    <message>
        <source>Answered in time today</source>
        <translation>Heute rechtzeitig beantwortet</translation>
    </message>
    <message>
        <source>Late today</source>
        <translation>Heute zu spät</translation>
    </message>
    <message>
        <source>In time in the last half hour</source>
        <translation>Rechtzeitig in der letzten halben Stunde</translation>
    </message>
    <message>
        <source>Late in the last half hour</source>
        <translation>Zu spät in der letzten halben Stunde</translation>
    </message>
    <message>
        <source>Handled today</source>
        <translation>Heute bearbeitet</translation>
    </message>
    <message>
        <source>Declined today</source>
        <translation>Heute abgelehnt</translation>
    </message>
    <message>
        <source>Missed today</source>
        <translation>Heute verpasst</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>A contact of another team</source>
        <translation>Kontakt eines anderen Teams</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>No sign of life</source>
        <translation>Kein Lebenszeichen</translation>
    </message>
    <message>
        <source>On a call</source>
        <translation>Im Gespräch</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>Beschäftigt</translation>
    </message>
</context>
<context>
    <name>callback</name>
    <message>
        <source>This time has passed. Please choose a later one.</source>
        <translation>Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere.</translation>
    </message>
    <message>
        <source>A call-back can be at most a year ahead.</source>
        <translation>Ein Rückruf kann höchstens ein Jahr im Voraus liegen.</translation>
    </message>
    <message>
        <source>No number is known. Please write down the one to call.</source>
        <translation>Es ist keine Rufnummer bekannt. Bitte tragen Sie eine ein.</translation>
    </message>
    <message>
        <source>This is not a number that can be called.</source>
        <translation>Diese Rufnummer lässt sich nicht anrufen.</translation>
    </message>
    <message>
        <source>Call back</source>
        <translation>Rückruf</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Number with area code</source>
        <translation>Rufnummer mit Vorwahl</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Rufnummer</translation>
    </message>
    <message>
        <source>Who calls</source>
        <translation>Wer ruft an</translation>
    </message>
    <message>
        <source>Note (optional)</source>
        <translation>Notiz (freiwillig)</translation>
    </message>
    <message>
        <source>What it will be about (optional)</source>
        <translation>Worum es gehen wird (freiwillig)</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Schedule the call</source>
        <translation>Rückruf einplanen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>in 1 h</source>
        <translation>in 1&#xa0;Std</translation>
    </message>
    <message>
        <source>this afternoon</source>
        <translation>heute Nachmittag</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Montag</translation>
    </message>
    <message>
        <source>I do</source>
        <translation>Ich selbst</translation>
    </message>
    <message>
        <source>Whoever of the queue is free</source>
        <translation>Wer in der Warteschlange frei ist</translation>
    </message>
</context>
<context>
    <name>charts</name>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>under %1</source>
        <translation>unter %1</translation>
    </message>
    <message>
        <source>over %1</source>
        <translation>über %1</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Nothing to show yet</source>
        <translation>Noch nichts zu zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%n arrivals</source>
        <translation>
            <numerusform>%n eingegangen</numerusform>
            <numerusform>%n eingegangen</numerusform>
        </translation>
    </message>
    <message>
        <source>forecast %1</source>
        <translation>Prognose %1</translation>
    </message>
    <message numerus="yes">
        <source>%n abandoned</source>
        <translation>
            <numerusform>%n abgebrochen</numerusform>
            <numerusform>%n abgebrochen</numerusform>
        </translation>
    </message>
    <message>
        <source>forecast</source>
        <translation>Prognose</translation>
    </message>
    <message>
        <source>nothing answered</source>
        <translation>nichts beantwortet</translation>
    </message>
    <message>
        <source>service level %1</source>
        <translation>Servicelevel %1</translation>
    </message>
    <message>
        <source>target %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message numerus="yes">
        <source>needed: %n agents</source>
        <translation>
            <numerusform>gebraucht: %n</numerusform>
            <numerusform>gebraucht: %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>there: %n agents</source>
        <translation>
            <numerusform>da: %n</numerusform>
            <numerusform>da: %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n short</source>
        <translation>
            <numerusform>%n fehlt</numerusform>
            <numerusform>%n fehlen</numerusform>
        </translation>
    </message>
    <message>
        <source>needed</source>
        <translation>gebraucht</translation>
    </message>
    <message>
        <source>%1 arrivals on average</source>
        <translation>im Mittel %1 eingegangen</translation>
    </message>
    <message>
        <source>Not enough history yet</source>
        <translation>Noch zu wenig Verlauf</translation>
    </message>
    <message>
        <source>mood fell</source>
        <translation>Stimmung gefallen</translation>
    </message>
    <message>
        <source>mood rose</source>
        <translation>Stimmung gestiegen</translation>
    </message>
    <message numerus="yes">
        <source>Course of the mood over %n messages</source>
        <translation>
            <numerusform>Verlauf der Stimmung über %n Nachricht</numerusform>
            <numerusform>Verlauf der Stimmung über %n Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Website visit</source>
        <translation>Website-Besuch</translation>
    </message>
    <message>
        <source>Purchase</source>
        <translation>Kauf</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Bestellung</translation>
    </message>
    <message>
        <source>Shop visit</source>
        <translation>Filialbesuch</translation>
    </message>
    <message>
        <source>Survey</source>
        <translation>Umfrage</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Lieferung</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Zahlung</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Retoure</translation>
    </message>
    <message>
        <source>Log-in</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>mood: %1</source>
        <translation>Stimmung: %1</translation>
    </message>
    <message>
        <source>rated %1 of 5</source>
        <translation>Bewertung %1 von&#xa0;5</translation>
    </message>
    <message numerus="yes">
        <source>Journey: %n touchpoints. Arrow keys go from one to the next.</source>
        <translation>
            <numerusform>Reise: %n Kontakt.</numerusform>
            <numerusform>Reise: %n Kontakte. Pfeiltasten führen von einem zum nächsten.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>customer</name>
    <message>
        <source>Contact addresses</source>
        <translation>Kontaktadressen</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>hidden until verified</source>
        <translation>erst nach Identitätsprüfung</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Telefon</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Nutzername</translation>
    </message>
    <message>
        <source>Customer number</source>
        <translation>Kundennummer</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>nicht gefragt</translation>
    </message>
    <message>
        <source>agreed</source>
        <translation>eingewilligt</translation>
    </message>
    <message>
        <source>declined</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>Please keep a name, or discard the change.</source>
        <translation>Bitte lassen Sie einen Namen stehen, oder verwerfen Sie die Änderung.</translation>
    </message>
    <message>
        <source>Please write a day with the year in full, such as %1.</source>
        <translation>Bitte geben Sie einen Tag mit vollem Jahr ein, zum Beispiel %1.</translation>
    </message>
    <message>
        <source>This day is still to come.</source>
        <translation>Dieser Tag liegt in der Zukunft.</translation>
    </message>
    <message>
        <source>This is too long: 300 characters at most.</source>
        <translation>Das ist zu lang: höchstens 300 Zeichen.</translation>
    </message>
    <message>
        <source>This is no e-mail address, such as name@example.org.</source>
        <translation>Das ist keine E-Mail-Adresse wie name@example.org.</translation>
    </message>
    <message>
        <source>This is no phone number, such as 0341 555 0142.</source>
        <translation>Das ist keine Rufnummer wie 0341 555 0142.</translation>
    </message>
    <message>
        <source>Please write the service before the name, such as whatsapp:name.</source>
        <translation>Bitte stellen Sie dem Namen den Dienst voran, zum Beispiel whatsapp:name.</translation>
    </message>
</context>
<context>
    <name>evidence</name>
    <message>
        <source>About what?</source>
        <translation>Welches Anliegen?</translation>
    </message>
    <message numerus="yes">
        <source>%1 + %n</source>
        <translation>
            <numerusform>%1 + %n</numerusform>
            <numerusform>%1 + %n</numerusform>
        </translation>
    </message>
    <message>
        <source>unsure: %1? %2</source>
        <translation>unsicher: %1? %2</translation>
    </message>
    <message>
        <source>probably %1 %2</source>
        <translation>wohl %1 %2</translation>
    </message>
    <message>
        <source>Also: %1</source>
        <translation>Außerdem: %1</translation>
    </message>
    <message>
        <source>Set by a person.</source>
        <translation>Von Hand festgelegt.</translation>
    </message>
    <message>
        <source>It may also be: %1</source>
        <translation>Auch möglich: %1</translation>
    </message>
    <message>
        <source>Press to choose what it is about (%1).</source>
        <translation>Klicken, um das Anliegen zu wählen (%1).</translation>
    </message>
    <message>
        <source>Decided by the words %1.</source>
        <translation>Erkannt an: %1.</translation>
    </message>
    <message>
        <source>%1 late</source>
        <translation>%1 überfällig</translation>
    </message>
    <message>
        <source>answer in %1</source>
        <translation>antworten in %1</translation>
    </message>
    <message>
        <source>customer unknown</source>
        <translation>Kunde unbekannt</translation>
    </message>
    <message>
        <source>identified %1</source>
        <translation>erkannt %1</translation>
    </message>
</context>
<context>
    <name>flow</name>
    <message>
        <source>finished</source>
        <translation>abgeschlossen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>Not needed here</source>
        <translation>Hier nicht nötig</translation>
    </message>
    <message>
        <source>The customer does not want it</source>
        <translation>Der Kunde möchte das nicht</translation>
    </message>
    <message>
        <source>Not possible at the moment</source>
        <translation>Zurzeit nicht möglich</translation>
    </message>
    <message>
        <source>Will be done later</source>
        <translation>Wird später gemacht</translation>
    </message>
</context>
<context>
    <name>formats</name>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>dddd, d MMMM</source>
        <translation>dddd, d. MMMM</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>d. MMMM yyyy</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <comment>within a line</comment>
        <translation>gestern</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <comment>within a line</comment>
        <translation>morgen</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>yyyy-MM-dd</source>
        <translation>dd.MM.yyyy</translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n&#xa0;s</numerusform>
            <numerusform>%n&#xa0;s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n&#xa0;Min</numerusform>
            <numerusform>%n&#xa0;Min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n&#xa0;Std</numerusform>
            <numerusform>%n&#xa0;Std</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n d</source>
        <translation>
            <numerusform>%n&#xa0;Tg</numerusform>
            <numerusform>%n&#xa0;Tg</numerusform>
        </translation>
    </message>
    <message>
        <source>%1%</source>
        <translation>%1&#x202f;%</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
</context>
<context>
    <name>inbox</name>
    <message>
        <source>My work</source>
        <translation>Meine Arbeit</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>Waiting for customer</source>
        <translation>Wartet auf Kunden</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Offers</source>
        <translation>Klingelt</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>In Bearbeitung</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>Wrap-up: the outcome is still open</source>
        <translation>Nachbearbeitung · Ergebnis offen</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Sie: %1</translation>
    </message>
    <message>
        <source>Colleague: %1</source>
        <translation>Team: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n&#xa0;neu</numerusform>
            <numerusform>%n&#xa0;neu</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 late</source>
        <translation>%1 zu spät</translation>
    </message>
    <message>
        <source>answer in %1</source>
        <translation>antworten in %1</translation>
    </message>
    <message>
        <source>call back %1</source>
        <translation>Rückruf %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
</context>
<context>
    <name>labels</name>
    <message>
        <source>Label: %1</source>
        <translation>Etikett: %1</translation>
    </message>
    <message>
        <source>Further labels: %1</source>
        <translation>Weitere Etiketten: %1</translation>
    </message>
</context>
<context>
    <name>leading</name>
    <message>
        <source>Tell everybody</source>
        <translation>Durchsage</translation>
    </message>
    <message>
        <source>What you want to say</source>
        <translation>Text der Durchsage</translation>
    </message>
    <message>
        <source>What everybody should know now</source>
        <translation>Was jetzt alle wissen sollten</translation>
    </message>
    <message>
        <source>To these teams; none chosen: all of yours</source>
        <translation>An diese Teams; ohne Auswahl an alle Ihre</translation>
    </message>
    <message>
        <source>Shown until</source>
        <translation>Sichtbar bis</translation>
    </message>
    <message>
        <source>Urgent: stands before others</source>
        <translation>Dringend: steht vor anderen</translation>
    </message>
    <message>
        <source>Tell them</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>%n h, until %1</source>
        <translation>
            <numerusform>%n&#xa0;Std, bis %1</numerusform>
            <numerusform>%n&#xa0;Std, bis %1</numerusform>
        </translation>
    </message>
    <message>
        <source>The end of today</source>
        <translation>Ende des Tages</translation>
    </message>
    <message>
        <source>In a week</source>
        <translation>In einer Woche</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too many</source>
        <translation>
            <numerusform>%n Zeichen zu viel</numerusform>
            <numerusform>%n Zeichen zu viel</numerusform>
        </translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>%1 to other queues</source>
        <translation>%1 ausleihen</translation>
    </message>
    <message>
        <source>Until then they work these queues instead of their own.</source>
        <translation>Bis dahin gelten diese Warteschlangen statt der eigenen.</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Lend</source>
        <translation>Ausleihen</translation>
    </message>
    <message>
        <source>Back to their own</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>This time has passed. Please choose a later one.</source>
        <translation>Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere.</translation>
    </message>
    <message>
        <source>1 · most urgent</source>
        <translation>1 · am dringendsten</translation>
    </message>
    <message>
        <source>2 · urgent</source>
        <translation>2 · dringend</translation>
    </message>
    <message>
        <source>3 · normal</source>
        <translation>3 · normal</translation>
    </message>
    <message>
        <source>4 · can wait</source>
        <translation>4 · kann warten</translation>
    </message>
    <message>
        <source>5 · least urgent</source>
        <translation>5 · am wenigsten dringend</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorität</translation>
    </message>
    <message>
        <source>State of %1</source>
        <translation>Status von %1</translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s) to which queue or agent?</source>
        <translation>
            <numerusform>Wohin mit %n Kontakt?</numerusform>
            <numerusform>Wohin mit %n Kontakten?</numerusform>
        </translation>
    </message>
    <message>
        <source>Note for whoever gets it (optional)</source>
        <translation>Notiz für die Übernahme (freiwillig)</translation>
    </message>
    <message>
        <source>Nobody and no queue of this name</source>
        <translation>Keine Person oder Warteschlange mit diesem Namen</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Mitarbeitende</translation>
    </message>
    <message>
        <source>the agent</source>
        <translation>die zuständige Person</translation>
    </message>
    <message>
        <source>Whisper to %1</source>
        <translation>Flüstern an %1</translation>
    </message>
    <message>
        <source>Only %1 and leads see this, never the customer.</source>
        <translation>Nur %1 und die Teamleitung sehen das, nie der Kunde.</translation>
    </message>
    <message>
        <source>Whisper</source>
        <translation>Flüstern</translation>
    </message>
</context>
<context>
    <name>notices</name>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>This contact could not be accepted.</source>
        <translation>Dieser Kontakt ließ sich nicht annehmen.</translation>
    </message>
    <message>
        <source>This offer could not be declined.</source>
        <translation>Dieser Kontakt ließ sich nicht ablehnen.</translation>
    </message>
    <message>
        <source>This contact could not be taken.</source>
        <translation>Dieser Kontakt ließ sich nicht übernehmen.</translation>
    </message>
    <message>
        <source>Putting on hold did not work.</source>
        <translation>Das Halten hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Resuming did not work.</source>
        <translation>Das Fortsetzen hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Waiting for the customer did not work.</source>
        <translation>Das Warten auf den Kunden hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Snoozing did not work.</source>
        <translation>Das Zurückstellen hat nicht geklappt.</translation>
    </message>
    <message>
        <source>The transfer did not work.</source>
        <translation>Das Weiterleiten hat nicht geklappt.</translation>
    </message>
    <message>
        <source>The request type was not changed.</source>
        <translation>Das Anliegen wurde nicht geändert.</translation>
    </message>
    <message>
        <source>Ending the contact did not work.</source>
        <translation>Das Beenden hat nicht geklappt.</translation>
    </message>
    <message>
        <source>The contact was not wrapped up.</source>
        <translation>Der Kontakt wurde nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>It could not go back to the queue.</source>
        <translation>Das Zurückgeben in die Warteschlange hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Reopening did not work.</source>
        <translation>Das Wiederöffnen hat nicht geklappt.</translation>
    </message>
    <message>
        <source>The customer was not assigned.</source>
        <translation>Der Kunde wurde nicht zugeordnet.</translation>
    </message>
    <message>
        <source>The answer to the verification question was not noted.</source>
        <translation>Die Antwort zur Identitätsprüfung wurde nicht festgehalten.</translation>
    </message>
    <message>
        <source>Your colleague was not asked.</source>
        <translation>Die Rückfrage im Team hat nicht geklappt.</translation>
    </message>
    <message>
        <source>The call-back was not scheduled.</source>
        <translation>Der Rückruf wurde nicht eingeplant.</translation>
    </message>
    <message>
        <source>The contact was not reassigned.</source>
        <translation>Der Kontakt wurde nicht zugewiesen.</translation>
    </message>
    <message>
        <source>The contact could not be taken over.</source>
        <translation>Dieser Kontakt ließ sich nicht übernehmen.</translation>
    </message>
    <message>
        <source>The priority was not changed.</source>
        <translation>Die Priorität wurde nicht geändert.</translation>
    </message>
    <message>
        <source>Reading along did not work.</source>
        <translation>Das Mitlesen hat nicht geklappt.</translation>
    </message>
    <message>
        <source>What you chose about the suggestion was not noted.</source>
        <translation>Ihre Wahl zum Vorschlag wurde nicht festgehalten.</translation>
    </message>
    <message>
        <source>The last step did not work.</source>
        <translation>Der letzte Schritt hat nicht geklappt.</translation>
    </message>
</context>
<context>
    <name>others</name>
    <message>
        <source>You are asking %1. The contact stays yours.</source>
        <translation>Rückfrage läuft: %1. Der Kontakt bleibt bei Ihnen.</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>Übergeben</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>%1 asks you about this contact. Answer with a note; the customer does not see it.</source>
        <translation>%1 fragt Sie zu diesem Kontakt. Antworten Sie mit einer Notiz; der Kunde sieht sie nicht.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Reading along: %1</source>
        <translation>Mitlesend: %1</translation>
    </message>
    <message>
        <source>You take part: what you write goes to the customer.</source>
        <translation>Sie nehmen teil: Was Sie schreiben, geht an den Kunden.</translation>
    </message>
    <message>
        <source>You read along.</source>
        <translation>Sie lesen mit.</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Teilnehmen</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>A colleague</source>
        <translation>Jemand aus dem Team</translation>
    </message>
    <message>
        <source>Whom do you want to ask?</source>
        <translation>Wen möchten Sie fragen?</translation>
    </message>
    <message>
        <source>Your question (optional)</source>
        <translation>Ihre Frage (freiwillig)</translation>
    </message>
    <message>
        <source>Nobody of this name is signed in</source>
        <translation>Niemand mit diesem Namen ist angemeldet</translation>
    </message>
</context>
<context>
    <name>outbox</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Wrap-up</source>
        <translation>Abschluss</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Put on hold</source>
        <translation>Halten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Wait for the customer</source>
        <translation>Auf den Kunden warten</translation>
    </message>
    <message>
        <source>Snooze</source>
        <translation>Zurückstellen</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Weiterleiten</translation>
    </message>
    <message>
        <source>Back to the queue</source>
        <translation>Zurück in die Warteschlange</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Take from the queue</source>
        <translation>Aus der Warteschlange holen</translation>
    </message>
    <message>
        <source>End of the contact</source>
        <translation>Kontakt beenden</translation>
    </message>
    <message>
        <source>Request type</source>
        <translation>Anliegen</translation>
    </message>
    <message>
        <source>Assigned customer</source>
        <translation>Kunde zugeordnet</translation>
    </message>
    <message>
        <source>Merging of customers</source>
        <translation>Kunden zusammenführen</translation>
    </message>
    <message>
        <source>Separating of customers</source>
        <translation>Kunden trennen</translation>
    </message>
    <message>
        <source>Two different customers</source>
        <translation>Zwei verschiedene Kunden</translation>
    </message>
    <message>
        <source>Answer to a verification question</source>
        <translation>Antwort zur Identitätsprüfung</translation>
    </message>
    <message>
        <source>Customer data</source>
        <translation>Kundendaten</translation>
    </message>
    <message>
        <source>Suggestion taken</source>
        <translation>Vorschlag angenommen</translation>
    </message>
    <message>
        <source>Suggestion put aside</source>
        <translation>Vorschlag verworfen</translation>
    </message>
    <message>
        <source>Start of a guide</source>
        <translation>Leitfaden starten</translation>
    </message>
    <message>
        <source>Step of a guide</source>
        <translation>Schritt im Leitfaden</translation>
    </message>
    <message>
        <source>End of a guide</source>
        <translation>Leitfaden abbrechen</translation>
    </message>
    <message>
        <source>My state</source>
        <translation>Mein Status</translation>
    </message>
    <message>
        <source>Next request for me</source>
        <translation>Nächste Anfrage für mich</translation>
    </message>
    <message>
        <source>Question to a colleague</source>
        <translation>Rückfrage im Team</translation>
    </message>
    <message>
        <source>Call-back</source>
        <translation>Rückruf</translation>
    </message>
    <message>
        <source>Reassignment</source>
        <translation>Zuweisung</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorität</translation>
    </message>
    <message>
        <source>Reading along</source>
        <translation>Mitlesen</translation>
    </message>
    <message>
        <source>Whisper</source>
        <translation>Flüstern</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>State of an agent</source>
        <translation>Status einer Person</translation>
    </message>
    <message>
        <source>Agent to other queues</source>
        <translation>Ausleihe</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Durchsage</translation>
    </message>
    <message>
        <source>Alert rule</source>
        <translation>Warnregel</translation>
    </message>
    <message>
        <source>Removal of an alert rule</source>
        <translation>Warnregel entfernen</translation>
    </message>
    <message>
        <source>Alert seen</source>
        <translation>Warnung gesehen</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>joined</source>
        <translation>nimmt teil</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>A contact that is not here any more</source>
        <translation>Ein Kontakt, der nicht mehr hier ist</translation>
    </message>
    <message>
        <source>A customer</source>
        <translation>Ein Kunde</translation>
    </message>
    <message>
        <source>Yourself</source>
        <translation>Sie selbst</translation>
    </message>
    <message>
        <source>The team</source>
        <translation>Das Team</translation>
    </message>
    <message numerus="yes">
        <source>Held back: goes out in %n s</source>
        <translation>
            <numerusform>Zurückgehalten: wird in %n&#xa0;s gesendet</numerusform>
            <numerusform>Zurückgehalten: wird in %n&#xa0;s gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Goes out now</source>
        <translation>Wird jetzt gesendet</translation>
    </message>
    <message>
        <source>Being sent</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Received, but not done yet</source>
        <translation>Angekommen, aber noch nicht ausgeführt</translation>
    </message>
    <message>
        <source>The answer got lost: it is looked up before anything is sent again</source>
        <translation>Die Antwort ging verloren: Vor erneutem Senden wird nachgesehen</translation>
    </message>
    <message>
        <source>Waits for the one above</source>
        <translation>Wartet auf den Eintrag darüber</translation>
    </message>
    <message>
        <source>Waits for a connection</source>
        <translation>Wartet auf eine Verbindung</translation>
    </message>
    <message>
        <source>Waits for a connection, none since %1</source>
        <translation>Wartet auf eine Verbindung, keine seit %1</translation>
    </message>
    <message>
        <source>Did not work yet; tried again in %1</source>
        <translation>Noch nicht geklappt; nächster Versuch in %1</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>Wartet, bis es dran ist</translation>
    </message>
    <message>
        <source>%1: %2 did not go through. %3</source>
        <translation>%1: %2 nicht durchgegangen. %3</translation>
    </message>
    <message>
        <source>%1: the contact has moved on, so that this was not needed: %2.</source>
        <translation>%1: Der Kontakt ist inzwischen weiter; nicht mehr nötig war: %2.</translation>
    </message>
    <message>
        <source>What it was about is not there any more, so that this was not needed: %2.</source>
        <translation>Worum es ging, ist nicht mehr vorhanden; nicht mehr nötig war: %2.</translation>
    </message>
</context>
<context>
    <name>reasons</name>
    <message>
        <source>e-mail address known</source>
        <translation>E-Mail-Adresse bekannt</translation>
    </message>
    <message>
        <source>number known</source>
        <translation>Rufnummer bekannt</translation>
    </message>
    <message>
        <source>customer number given</source>
        <translation>Kundennummer genannt</translation>
    </message>
    <message>
        <source>account name known</source>
        <translation>Nutzername bekannt</translation>
    </message>
    <message>
        <source>mentions their e-mail address</source>
        <translation>nennt die eigene E-Mail-Adresse</translation>
    </message>
    <message>
        <source>mentions their number</source>
        <translation>nennt die eigene Rufnummer</translation>
    </message>
    <message>
        <source>mentions their customer number</source>
        <translation>nennt die eigene Kundennummer</translation>
    </message>
    <message>
        <source>mentions their account name</source>
        <translation>nennt den eigenen Nutzernamen</translation>
    </message>
    <message>
        <source>same name</source>
        <translation>gleicher Name</translation>
    </message>
    <message>
        <source>name nearly the same</source>
        <translation>Name fast gleich</translation>
    </message>
    <message>
        <source>part of the name agrees</source>
        <translation>Name stimmt teilweise</translation>
    </message>
    <message>
        <source>same family name, perhaps a relative</source>
        <translation>gleicher Nachname, vielleicht verwandt</translation>
    </message>
    <message>
        <source>another name than on file</source>
        <translation>anderer Name als hinterlegt</translation>
    </message>
    <message>
        <source>short form of the name on file</source>
        <translation>Kurzform des hinterlegten Namens</translation>
    </message>
    <message>
        <source>name sounds like the one on file</source>
        <translation>Name klingt wie der hinterlegte</translation>
    </message>
    <message>
        <source>same birth date</source>
        <translation>gleiches Geburtsdatum</translation>
    </message>
    <message>
        <source>same birth date, day and month the other way round</source>
        <translation>gleiches Geburtsdatum, Tag und Monat vertauscht</translation>
    </message>
    <message>
        <source>birth date nearly the same</source>
        <translation>Geburtsdatum fast gleich</translation>
    </message>
    <message>
        <source>another birth date than on file</source>
        <translation>anderes Geburtsdatum als hinterlegt</translation>
    </message>
    <message>
        <source>same postcode</source>
        <translation>gleiche Postleitzahl</translation>
    </message>
    <message>
        <source>postcode nearly the same</source>
        <translation>Postleitzahl fast gleich</translation>
    </message>
    <message>
        <source>another postcode than on file</source>
        <translation>andere Postleitzahl als hinterlegt</translation>
    </message>
    <message>
        <source>same street</source>
        <translation>gleiche Straße</translation>
    </message>
    <message>
        <source>street nearly the same</source>
        <translation>Straße fast gleich</translation>
    </message>
    <message>
        <source>another street than on file</source>
        <translation>andere Straße als hinterlegt</translation>
    </message>
    <message>
        <source>same town</source>
        <translation>gleicher Ort</translation>
    </message>
    <message>
        <source>town nearly the same</source>
        <translation>Ort fast gleich</translation>
    </message>
    <message>
        <source>another town than on file</source>
        <translation>anderer Ort als hinterlegt</translation>
    </message>
    <message>
        <source>phone number nearly the same</source>
        <translation>Rufnummer fast gleich</translation>
    </message>
    <message>
        <source>another phone number than on file</source>
        <translation>andere Rufnummer als hinterlegt</translation>
    </message>
    <message>
        <source>e-mail address nearly the same</source>
        <translation>E-Mail-Adresse fast gleich</translation>
    </message>
    <message>
        <source>another e-mail address than on file</source>
        <translation>andere E-Mail-Adresse als hinterlegt</translation>
    </message>
    <message>
        <source>customer number nearly the same</source>
        <translation>Kundennummer fast gleich</translation>
    </message>
    <message>
        <source>another customer number than on file</source>
        <translation>andere Kundennummer als hinterlegt</translation>
    </message>
    <message>
        <source>set by a colleague</source>
        <translation>vom Team zugeordnet</translation>
    </message>
    <message>
        <source>skills fit %percent% (%skills)</source>
        <translation>Kenntnisse passen zu %percent&#x202f;% (%skills)</translation>
    </message>
    <message>
        <source>picked from the queue</source>
        <translation>aus der Warteschlange genommen</translation>
    </message>
    <message>
        <source>asked for the next one</source>
        <translation>wollte die nächste Anfrage</translation>
    </message>
    <message>
        <source>the queue is closed</source>
        <translation>die Warteschlange ist geschlossen</translation>
    </message>
    <message>
        <source>given by a lead</source>
        <translation>von der Teamleitung zugewiesen</translation>
    </message>
    <message>
        <source>taken over by a lead</source>
        <translation>von der Teamleitung übernommen</translation>
    </message>
    <message>
        <source>Nothing waits that is for you and that you have room for.</source>
        <translation>Es wartet nichts, was zu Ihnen passt und wofür Sie noch Platz haben.</translation>
    </message>
    <message>
        <source>knows the case</source>
        <translation>kennt den Fall</translation>
    </message>
    <message>
        <source>%working of %capacity contacts in hand</source>
        <translation>%working von %capacity Kontakten in Arbeit</translation>
    </message>
    <message>
        <source>free for %1</source>
        <translation>seit %1 frei</translation>
    </message>
    <message numerus="yes">
        <source>best of %n who could</source>
        <translation>
            <numerusform>einzige Möglichkeit</numerusform>
            <numerusform>beste Wahl von %n</numerusform>
        </translation>
    </message>
    <message>
        <source>handed over by a colleague</source>
        <translation>aus dem Team weitergeleitet</translation>
    </message>
    <message>
        <source>nobody is signed in</source>
        <translation>niemand angemeldet</translation>
    </message>
    <message numerus="yes">
        <source>%n not ready</source>
        <translation>
            <numerusform>%n nicht bereit</numerusform>
            <numerusform>%n nicht bereit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n declined</source>
        <translation>
            <numerusform>%n hat abgelehnt</numerusform>
            <numerusform>%n haben abgelehnt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of other teams</source>
        <translation>
            <numerusform>%n aus einem anderen Team</numerusform>
            <numerusform>%n aus anderen Teams</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without the skill</source>
        <translation>
            <numerusform>%n ohne die Kenntnisse</numerusform>
            <numerusform>%n ohne die Kenntnisse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n do not speak the language</source>
        <translation>
            <numerusform>%n spricht die Sprache nicht</numerusform>
            <numerusform>%n sprechen die Sprache nicht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%percent% solved, %1 each, in %n such contacts</source>
        <translation>
            <numerusform>%percent&#x202f;% gelöst, je %1, bei %n solchen Kontakt</numerusform>
            <numerusform>%percent&#x202f;% gelöst, je %1, bei %n solchen Kontakten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 each in %n such contacts</source>
        <translation>
            <numerusform>%1 bei %n solchen Kontakt</numerusform>
            <numerusform>je %1 bei %n solchen Kontakten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>one of %n who could</source>
        <translation>
            <numerusform>einzige Möglichkeit</numerusform>
            <numerusform>eine von %n Möglichkeiten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>decided together with others, %n in all</source>
        <translation>
            <numerusform>für sich entschieden</numerusform>
            <numerusform>zusammen mit anderen entschieden, insgesamt %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n work other queues</source>
        <translation>
            <numerusform>%n arbeitet in anderen Warteschlangen</numerusform>
            <numerusform>%n arbeiten in anderen Warteschlangen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n free, while who knows the case is waited for</source>
        <translation>
            <numerusform>%n frei, aber auf die Person, die den Fall kennt, wird gewartet</numerusform>
            <numerusform>%n frei, aber auf die Person, die den Fall kennt, wird gewartet</numerusform>
        </translation>
    </message>
    <message>
        <source>has what is wished for to %percent% (%skills)</source>
        <translation>Wünsche erfüllt zu %percent&#x202f;% (%skills)</translation>
    </message>
    <message>
        <source>looks after such customers</source>
        <translation>betreut solche Kunden</translation>
    </message>
    <message>
        <source>next best: %score points</source>
        <translation>nächstbeste Wahl: %score Punkte</translation>
    </message>
    <message>
        <source>who fits better (%score points) is needed for another contact</source>
        <translation>wer besser passt (%score Punkte), wird für einen anderen Kontakt gebraucht</translation>
    </message>
    <message>
        <source>more were asked after %1 of waiting</source>
        <translation>nach %1 Wartezeit wurden mehr gefragt</translation>
    </message>
    <message>
        <source>priority %to</source>
        <translation>Priorität %to</translation>
    </message>
    <message>
        <source>answer due in %1</source>
        <translation>Antwort fällig in %1</translation>
    </message>
    <message>
        <source>answer overdue by %1</source>
        <translation>Antwort seit %1 überfällig</translation>
    </message>
    <message numerus="yes">
        <source>most urgent of %n that wait for you</source>
        <translation>
            <numerusform>der dringendste von %n, der auf Sie wartet</numerusform>
            <numerusform>der dringendste von %n, die auf Sie warten</numerusform>
        </translation>
    </message>
    <message>
        <source>priority %to instead of %from after %1 of waiting</source>
        <translation>Priorität %to statt %from nach %1 Wartezeit</translation>
    </message>
    <message>
        <source>promised to call back</source>
        <translation>hat den Rückruf zugesagt</translation>
    </message>
    <message numerus="yes">
        <source>%n with their hands full</source>
        <translation>
            <numerusform>%n ausgelastet</numerusform>
            <numerusform>%n ausgelastet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer here</source>
        <translation>
            <numerusform>%n nicht mehr da</numerusform>
            <numerusform>%n nicht mehr da</numerusform>
        </translation>
    </message>
    <message>
        <source>angry at this point</source>
        <translation>war verärgert</translation>
    </message>
    <message>
        <source>bad rating</source>
        <translation>schlechte Bewertung</translation>
    </message>
    <message>
        <source>had to come back about it</source>
        <translation>musste deswegen erneut nachfragen</translation>
    </message>
    <message>
        <source>a long call</source>
        <translation>langer Anruf</translation>
    </message>
    <message>
        <source>no longer here</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>works other queues</source>
        <translation>arbeitet in anderen Warteschlangen</translation>
    </message>
    <message>
        <source>of another team</source>
        <translation>aus einem anderen Team</translation>
    </message>
    <message>
        <source>without the skill</source>
        <translation>ohne die Kenntnisse</translation>
    </message>
    <message>
        <source>does not speak the language</source>
        <translation>spricht die Sprache nicht</translation>
    </message>
    <message>
        <source>not ready</source>
        <translation>nicht bereit</translation>
    </message>
    <message>
        <source>declined it</source>
        <translation>hat abgelehnt</translation>
    </message>
    <message>
        <source>hands full</source>
        <translation>ausgelastet</translation>
    </message>
    <message>
        <source>free, while who knows the case is waited for</source>
        <translation>frei, aber auf die Person, die den Fall kennt, wird gewartet</translation>
    </message>
    <message>
        <source>Not my field</source>
        <translation>Nicht mein Fachgebiet</translation>
    </message>
    <message>
        <source>I do not speak the language</source>
        <translation>Ich spreche die Sprache nicht</translation>
    </message>
    <message>
        <source>Still busy with another contact</source>
        <translation>Noch mit einem anderen Kontakt beschäftigt</translation>
    </message>
    <message>
        <source>My break is due</source>
        <translation>Meine Pause steht an</translation>
    </message>
    <message numerus="yes">
        <source>done in %k of %n similar cases</source>
        <translation>
            <numerusform>in einem ähnlichen Fall gemacht</numerusform>
            <numerusform>in %k von %n ähnlichen Fällen gemacht</numerusform>
        </translation>
    </message>
    <message>
        <source>about: %intent</source>
        <translation>Anliegen: %intent</translation>
    </message>
    <message>
        <source>came by %channel</source>
        <translation>Kanal: %channel</translation>
    </message>
    <message>
        <source>mood calls for it</source>
        <translation>Stimmung spricht dafür</translation>
    </message>
    <message>
        <source>first contact</source>
        <translation>erster Kontakt</translation>
    </message>
    <message>
        <source>has written about it before</source>
        <translation>hat sich dazu schon gemeldet</translation>
    </message>
    <message numerus="yes">
        <source>%n contacts in a short time</source>
        <translation>
            <numerusform>%n Kontakt in kurzer Zeit</numerusform>
            <numerusform>%n Kontakte in kurzer Zeit</numerusform>
        </translation>
    </message>
    <message>
        <source>mood is falling</source>
        <translation>Stimmung fällt</translation>
    </message>
    <message>
        <source>had trouble lately</source>
        <translation>hatte zuletzt Ärger</translation>
    </message>
    <message numerus="yes">
        <source>bought %n days ago</source>
        <translation>
            <numerusform>Kauf vor %n Tag</numerusform>
            <numerusform>Kauf vor %n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>bought today</source>
        <translation>Kauf heute</translation>
    </message>
    <message>
        <source>customer recognised</source>
        <translation>Kunde erkannt</translation>
    </message>
    <message>
        <source>customer not recognised yet</source>
        <translation>Kunde noch nicht erkannt</translation>
    </message>
    <message>
        <source>valued customer</source>
        <translation>wichtiger Kunde</translation>
    </message>
    <message>
        <source>no e-mail address on file</source>
        <translation>keine E-Mail-Adresse hinterlegt</translation>
    </message>
    <message>
        <source>no phone number on file</source>
        <translation>keine Rufnummer hinterlegt</translation>
    </message>
    <message>
        <source>address not checked for long</source>
        <translation>Anschrift lange nicht geprüft</translation>
    </message>
    <message numerus="yes">
        <source>%n steps as a checklist</source>
        <translation>
            <numerusform>%n Schritt als Checkliste</numerusform>
            <numerusform>%n Schritte als Checkliste</numerusform>
        </translation>
    </message>
    <message>
        <source>not asked yet for consent: %1</source>
        <translation>Einwilligung noch nicht erfragt: %1</translation>
    </message>
    <message>
        <source>fits the customer&apos;s words: %1</source>
        <translation>passt zu den Worten des Kunden: %1</translation>
    </message>
    <message>
        <source>by what was looked up: %1</source>
        <translation>laut Abfrage: %1</translation>
    </message>
    <message>
        <source>usually comes after: %1</source>
        <translation>folgt meist auf: %1</translation>
    </message>
    <message>
        <source>%1 is not valid, a likely right one is known</source>
        <translation>%1 ungültig, wohl richtige Angabe bekannt</translation>
    </message>
    <message>
        <source>%1 contradicts the rest of the record</source>
        <translation>%1 passt nicht zu den übrigen Daten</translation>
    </message>
    <message>
        <source>several requests are likely, this one %percent%</source>
        <translation>mehrere Anliegen möglich, dieses zu %percent&#x202f;%</translation>
    </message>
    <message>
        <source>being tried: not known yet whether it helps</source>
        <translation>wird erprobt: noch offen, ob es hilft</translation>
    </message>
    <message>
        <source>%record %number on file</source>
        <translation>%record %number liegt vor</translation>
    </message>
    <message>
        <source>%record %number is open</source>
        <translation>%record %number ist offen</translation>
    </message>
    <message>
        <source>%record %number is overdue</source>
        <translation>%record %number ist überfällig</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Bestellung</translation>
    </message>
    <message>
        <source>Contract</source>
        <translation>Vertrag</translation>
    </message>
    <message>
        <source>Invoice</source>
        <translation>Rechnung</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Vorgang</translation>
    </message>
    <message>
        <source>Appointment</source>
        <translation>Termin</translation>
    </message>
    <message>
        <source>Look-up</source>
        <translation>Abfrage</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Telefon</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Anschrift</translation>
    </message>
    <message>
        <source>Street</source>
        <translation>Straße</translation>
    </message>
    <message>
        <source>Postcode</source>
        <translation>Postleitzahl</translation>
    </message>
    <message>
        <source>City</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>Land</translation>
    </message>
    <message>
        <source>Birth date</source>
        <translation>Geburtsdatum</translation>
    </message>
    <message>
        <source>Customer since</source>
        <translation>Kunde seit</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Customer number</source>
        <translation>Kundennummer</translation>
    </message>
    <message>
        <source>Bank account</source>
        <translation>Bankverbindung</translation>
    </message>
    <message>
        <source>Account name</source>
        <translation>Nutzername</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Segment</translation>
    </message>
    <message>
        <source>Contact addresses</source>
        <translation>Kontaktadressen</translation>
    </message>
    <message>
        <source>Looks like another record</source>
        <translation>Mögliche Dublette</translation>
    </message>
    <message>
        <source>%1 on file twice</source>
        <translation>%1 doppelt</translation>
    </message>
    <message>
        <source>%1 missing</source>
        <translation>%1 fehlt</translation>
    </message>
    <message>
        <source>%1 not valid</source>
        <translation>%1 ungültig</translation>
    </message>
    <message>
        <source>%1 not checked for long</source>
        <translation>%1 veraltet</translation>
    </message>
    <message>
        <source>%1 contradicts itself</source>
        <translation>%1 widersprüchlich</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Brief</translation>
    </message>
    <message>
        <source>Advertising</source>
        <translation>Werbung</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>Aufzeichnung</translation>
    </message>
    <message>
        <source>The contact has moved on meanwhile; this is not possible any more.</source>
        <translation>Der Kontakt ist inzwischen weiter; das geht nicht mehr.</translation>
    </message>
    <message>
        <source>Colleagues were faster each time. Please ask again.</source>
        <translation>Andere waren jedes Mal schneller. Bitte fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>This reason is not one of your company&apos;s. Please choose another.</source>
        <translation>Diesen Grund gibt es in Ihrer Firma nicht. Bitte wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Your colleague is not there. Please choose another.</source>
        <translation>Diese Person ist nicht da. Bitte wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>A virus was found in this file.</source>
        <translation>In dieser Datei wurde ein Virus gefunden.</translation>
    </message>
    <message>
        <source>This would carry something of one account into another.</source>
        <translation>Das würde etwas von einem Konto in ein anderes tragen.</translation>
    </message>
    <message>
        <source>The system of this account cannot do this.</source>
        <translation>Das System dieses Kontos kann das nicht.</translation>
    </message>
    <message>
        <source>The system failed over this each time it was tried. Try again later, or tell those who run it.</source>
        <translation>Das System ist daran bei jedem Versuch gescheitert. Versuchen Sie es später noch einmal, oder sagen Sie denen Bescheid, die es betreiben.</translation>
    </message>
    <message>
        <source>The system could not read this. Please tell those who look after Dirigent.</source>
        <translation>Das System konnte dies nicht lesen. Bitte sagen Sie denen Bescheid, die Dirigent betreuen.</translation>
    </message>
    <message>
        <source>The system answered with something that makes no sense.</source>
        <translation>Das System hat mit etwas geantwortet, das keinen Sinn ergibt.</translation>
    </message>
    <message>
        <source>The system was restored from a backup and lost this. Send it again, or discard it.</source>
        <translation>Das System wurde aus einer Sicherung wiederhergestellt und hat dies verloren. Bitte noch einmal senden oder verwerfen.</translation>
    </message>
    <message>
        <source>A colleague changed this meanwhile. Please look at their version first.</source>
        <translation>Das wurde inzwischen im Team geändert. Bitte sehen Sie sich zuerst den neuen Stand an.</translation>
    </message>
    <message>
        <source>The contact belongs to a colleague now.</source>
        <translation>Den Kontakt bearbeitet jetzt jemand anderes.</translation>
    </message>
    <message>
        <source>A colleague was faster and has taken this contact.</source>
        <translation>Jemand aus dem Team war schneller und hat diesen Kontakt übernommen.</translation>
    </message>
    <message>
        <source>The offer ran out before it was accepted.</source>
        <translation>Die Zeit zum Annehmen war abgelaufen.</translation>
    </message>
    <message>
        <source>This is not there any more.</source>
        <translation>Das ist nicht mehr vorhanden.</translation>
    </message>
    <message>
        <source>Your role does not allow this.</source>
        <translation>Ihre Rolle erlaubt das nicht.</translation>
    </message>
    <message>
        <source>The system does not know one of the values. Please choose another.</source>
        <translation>Das System kennt einen der Werte nicht. Bitte wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>There is no text to send.</source>
        <translation>Es gibt keinen Text zum Senden.</translation>
    </message>
    <message>
        <source>Something this step needs is missing. Fill it in, or skip the step.</source>
        <translation>Für diesen Schritt fehlt noch eine Angabe. Ergänzen Sie sie, oder lassen Sie den Schritt aus.</translation>
    </message>
    <message>
        <source>This is too large to send.</source>
        <translation>Das ist zu groß zum Senden.</translation>
    </message>
    <message>
        <source>Files of this type are not allowed.</source>
        <translation>Dateien dieser Art sind nicht erlaubt.</translation>
    </message>
    <message>
        <source>The customer has no address on this channel. Please choose another channel.</source>
        <translation>Der Kunde ist auf diesem Kanal nicht erreichbar. Bitte wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The customer did not agree to this channel. Please choose another channel.</source>
        <translation>Der Kunde hat in diesen Kanal nicht eingewilligt. Bitte wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Nothing can be written on this channel. Please choose another.</source>
        <translation>Auf diesem Kanal kann nicht geschrieben werden. Bitte wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>This was sent before with another content.</source>
        <translation>Das wurde bereits mit anderem Inhalt gesendet.</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Die Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Nothing can be written there.</source>
        <translation>Dort kann nichts geschrieben werden.</translation>
    </message>
    <message>
        <source>There is no room left on the disk.</source>
        <translation>Auf dem Datenträger ist kein Platz mehr.</translation>
    </message>
    <message>
        <source>What this computer holds of it is damaged.</source>
        <translation>Was dieser Rechner davon hat, ist beschädigt.</translation>
    </message>
    <message>
        <source>Files of this kind can do harm. It can be saved, but not opened from here.</source>
        <translation>Dateien dieser Art können Schaden anrichten. Sie kann gespeichert, aber nicht von hier aus geöffnet werden.</translation>
    </message>
    <message>
        <source>Please sign in again first.</source>
        <translation>Bitte melden Sie sich zuerst wieder an.</translation>
    </message>
    <message>
        <source>The screen was locked meanwhile.</source>
        <translation>Der Bildschirm wurde inzwischen gesperrt.</translation>
    </message>
    <message>
        <source>Not connected at the moment. Please try again later.</source>
        <translation>Zurzeit keine Verbindung. Bitte versuchen Sie es später erneut.</translation>
    </message>
    <message>
        <source>The system refused this (%1).</source>
        <translation>Das System hat dies abgelehnt (%1).</translation>
    </message>
    <message>
        <source>The queue is closed at that time. Please choose another.</source>
        <translation>Zu dieser Zeit ist die Warteschlange geschlossen. Bitte wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>The queue is closed at that time; it opens again: %1.</source>
        <translation>Zu dieser Zeit ist die Warteschlange geschlossen; sie öffnet wieder: %1.</translation>
    </message>
    <message>
        <source>It could not be delivered.</source>
        <translation>Die Nachricht ließ sich nicht zustellen.</translation>
    </message>
    <message>
        <source>The other end was busy for too long.</source>
        <translation>Die Gegenstelle war zu lange überlastet.</translation>
    </message>
    <message>
        <source>This address is unknown there. Please check it.</source>
        <translation>Diese Adresse ist dort unbekannt. Bitte prüfen Sie sie.</translation>
    </message>
    <message>
        <source>The channel did not accept it.</source>
        <translation>Der Kanal hat die Nachricht nicht angenommen.</translation>
    </message>
    <message>
        <source>The customer&apos;s network could not deliver it.</source>
        <translation>Das Netz des Kunden konnte die Nachricht nicht zustellen.</translation>
    </message>
    <message>
        <source>The customer has left the conversation. Please choose another channel.</source>
        <translation>Der Kunde hat die Unterhaltung verlassen. Bitte wählen Sie einen anderen Kanal.</translation>
    </message>
    <message>
        <source>The room is encrypted, and nothing is written into it from here. Please choose another channel.</source>
        <translation>Der Raum ist verschlüsselt; von hier wird dort nichts geschrieben. Bitte wählen Sie einen anderen Kanal.</translation>
    </message>
    <message>
        <source>The other end did not let us in. Please tell your administrator.</source>
        <translation>Die Gegenstelle hat die Anmeldung abgelehnt. Bitte sagen Sie es Ihrer Administration.</translation>
    </message>
    <message>
        <source>The address of this channel has moved. Please tell your administrator.</source>
        <translation>Die Adresse dieses Kanals hat sich geändert. Bitte sagen Sie es Ihrer Administration.</translation>
    </message>
    <message>
        <source>It could not be delivered; the channel says: %1</source>
        <translation>Die Nachricht ließ sich nicht zustellen; der Kanal meldet: %1</translation>
    </message>
    <message>
        <source>Their mail provider does not know this address. Please check it.</source>
        <translation>Der Anbieter des Kunden kennt diese Adresse nicht. Bitte prüfen Sie sie.</translation>
    </message>
    <message>
        <source>The customer&apos;s mailbox is full.</source>
        <translation>Das Postfach des Kunden ist voll.</translation>
    </message>
    <message>
        <source>Their mail provider took it for unwanted mail.</source>
        <translation>Der Anbieter des Kunden hielt die Nachricht für unerwünscht.</translation>
    </message>
    <message>
        <source>Their mail provider did not accept it.</source>
        <translation>Der Anbieter des Kunden hat die Nachricht nicht angenommen.</translation>
    </message>
    <message>
        <source>Some of the recipients did not get it.</source>
        <translation>Einige der Empfänger haben die Nachricht nicht erhalten.</translation>
    </message>
    <message>
        <source>Nobody can tell whether it went out. Please ask the customer before you send it again.</source>
        <translation>Ob die Nachricht hinausging, ist nicht festzustellen. Bitte fragen Sie den Kunden, bevor Sie sie erneut senden.</translation>
    </message>
    <message>
        <source>A machine would have answered a machine.</source>
        <translation>Ein Automat hätte einem Automaten geantwortet.</translation>
    </message>
    <message>
        <source>One of its files is not there any more.</source>
        <translation>Eine der Dateien ist nicht mehr vorhanden.</translation>
    </message>
    <message>
        <source>The company&apos;s mailbox did not let us in. Please tell your administrator.</source>
        <translation>Das Postfach der Firma hat die Anmeldung abgelehnt. Bitte sagen Sie es Ihrer Administration.</translation>
    </message>
    <message>
        <source>The mail server was busy for too long.</source>
        <translation>Der Mailserver war zu lange überlastet.</translation>
    </message>
    <message>
        <source>The other end could not be reached for too long.</source>
        <translation>Die Gegenstelle war zu lange nicht zu erreichen.</translation>
    </message>
    <message>
        <source>There is no such folder on this machine.</source>
        <translation>Diesen Ordner gibt es auf diesem Rechner nicht.</translation>
    </message>
    <message>
        <source>This folder is no recording of Dirigent.</source>
        <translation>Dieser Ordner ist keine Aufzeichnung von Dirigent.</translation>
    </message>
    <message>
        <source>This recording was made by a newer version. Please update Dirigent.</source>
        <translation>Diese Aufzeichnung stammt von einer neueren Version. Bitte Dirigent aktualisieren.</translation>
    </message>
    <message>
        <source>This recording cannot be read.</source>
        <translation>Diese Aufzeichnung lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>This recording is only to be looked at.</source>
        <translation>Diese Aufzeichnung ist nur zum Ansehen.</translation>
    </message>
    <message>
        <source>The files were left out of this recording.</source>
        <translation>Die Dateien wurden in dieser Aufzeichnung weggelassen.</translation>
    </message>
    <message>
        <source>There is something in this folder already. Please choose another.</source>
        <translation>In diesem Ordner ist schon etwas. Bitte einen anderen wählen.</translation>
    </message>
    <message>
        <source>The system was set back and began anew.</source>
        <translation>Das System wurde zurückgesetzt und hat neu begonnen.</translation>
    </message>
</context>
<context>
    <name>search</name>
    <message>
        <source>invoice refund</source>
        <translation>Rechnung Erstattung</translation>
    </message>
    <message>
        <source>all of these words, in any order; the last one may be unfinished</source>
        <translation>alle diese Wörter in beliebiger Folge; vom letzten genügt der Anfang</translation>
    </message>
    <message>
        <source>&quot;two times&quot;</source>
        <translation>„doppelt abgebucht“</translation>
    </message>
    <message>
        <source>these words, one after the other</source>
        <translation>diese Wörter, eines nach dem anderen</translation>
    </message>
    <message>
        <source>invoice -paid</source>
        <translation>Rechnung -bezahlt</translation>
    </message>
    <message>
        <source>without the word after the minus</source>
        <translation>ohne das Wort nach dem Minus</translation>
    </message>
    <message>
        <source>who wrote it: a name, an address, or yourself</source>
        <translation>wer es schrieb: ein Name, eine Adresse oder Sie selbst</translation>
    </message>
    <message>
        <source>call, e-mail, chat and so on</source>
        <translation>Anruf, E-Mail, Chat und so weiter</translation>
    </message>
    <message>
        <source>from a day on: a date, a month, a weekday, or 7d</source>
        <translation>ab einem Tag: Datum, Monat, Wochentag oder 7t</translation>
    </message>
    <message>
        <source>until before a day</source>
        <translation>vor dem genannten Tag</translation>
    </message>
    <message>
        <source>open, closed, a note, a file and so on</source>
        <translation>offen, geschlossen, Notiz, Datei und so weiter</translation>
    </message>
    <message>
        <source>a queue</source>
        <translation>eine Warteschlange</translation>
    </message>
    <message>
        <source>what I wrote</source>
        <translation>was ich geschrieben habe</translation>
    </message>
    <message>
        <source>who wrote it</source>
        <translation>wer es schrieb</translation>
    </message>
    <message>
        <source>by which channel</source>
        <translation>auf welchem Kanal</translation>
    </message>
    <message>
        <source>from a day on</source>
        <translation>ab dem genannten Tag</translation>
    </message>
    <message>
        <source>what it is, or how it stands</source>
        <translation>was es ist oder wie es steht</translation>
    </message>
    <message>
        <source>in which queue</source>
        <translation>in welcher Warteschlange</translation>
    </message>
    <message>
        <source>not closed yet</source>
        <translation>noch offen</translation>
    </message>
    <message>
        <source>wrapped up</source>
        <translation>abgeschlossen</translation>
    </message>
    <message>
        <source>my contacts</source>
        <translation>meine Kontakte</translation>
    </message>
    <message>
        <source>from customers</source>
        <translation>von Kunden</translation>
    </message>
    <message>
        <source>from us to customers</source>
        <translation>von uns an Kunden</translation>
    </message>
    <message>
        <source>customers only</source>
        <translation>nur Kunden</translation>
    </message>
    <message>
        <source>contacts only</source>
        <translation>nur Kontakte</translation>
    </message>
    <message>
        <source>messages only</source>
        <translation>nur Nachrichten</translation>
    </message>
    <message>
        <source>notes only</source>
        <translation>nur Notizen</translation>
    </message>
    <message>
        <source>files only</source>
        <translation>nur Dateien</translation>
    </message>
    <message>
        <source>drafts only</source>
        <translation>nur Entwürfe</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Kunden</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Best match</source>
        <translation>Beste Treffer</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Unknown customer</source>
        <translation>Unbekannter Kunde</translation>
    </message>
    <message>
        <source>%1:</source>
        <translation>%1:</translation>
    </message>
    <message>
        <source>Reply:</source>
        <translation>Antwort:</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
</context>
<context>
    <name>steps</name>
    <message>
        <source>Queue or colleague</source>
        <translation>Warteschlange oder Person</translation>
    </message>
    <message>
        <source>Note for whoever takes over (optional)</source>
        <translation>Notiz für die Übernahme (freiwillig)</translation>
    </message>
    <message>
        <source>Nobody and no queue of this name</source>
        <translation>Keine Person oder Warteschlange mit diesem Namen</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Warteschlangen</translation>
    </message>
    <message>
        <source>Colleagues</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>What is it about?</source>
        <translation>Worum geht es?</translation>
    </message>
    <message>
        <source>No request type of this name</source>
        <translation>Kein Anliegen mit diesem Namen</translation>
    </message>
    <message>
        <source>Likely</source>
        <translation>Wahrscheinlich</translation>
    </message>
    <message>
        <source>All request types</source>
        <translation>Alle Anliegen</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Keines davon</translation>
    </message>
    <message numerus="yes">
        <source>Set %n request type(s)</source>
        <translation>
            <numerusform>%n Anliegen festlegen</numerusform>
            <numerusform>%n Anliegen festlegen</numerusform>
        </translation>
    </message>
    <message>
        <source>Enter or a number: this one. Space: more than one.</source>
        <translation>Enter oder Ziffer: dieses. Leertaste: mehrere.</translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>In 1&#xa0;Stunde</translation>
    </message>
    <message>
        <source>This afternoon</source>
        <translation>Heute Nachmittag</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Morgen</translation>
    </message>
    <message>
        <source>Next week</source>
        <translation>Nächste Woche</translation>
    </message>
    <message>
        <source>Pick date and time …</source>
        <translation>Datum und Uhrzeit wählen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>stream</name>
    <message>
        <source>Turned away for its size or type: %1</source>
        <translation>Wegen Größe oder Art abgewiesen: %1</translation>
    </message>
    <message>
        <source>Turned away for a virus: %1</source>
        <translation>Wegen eines Virus abgewiesen: %1</translation>
    </message>
    <message>
        <source>Turned away as no virus scanner was there to look: %1</source>
        <translation>Abgewiesen, da kein Virenscanner danach sehen konnte: %1</translation>
    </message>
    <message>
        <source>Hide quoted text</source>
        <translation>Zitierten Text ausblenden</translation>
    </message>
    <message>
        <source>Show quoted text</source>
        <translation>Zitierten Text zeigen</translation>
    </message>
    <message>
        <source>another contact</source>
        <translation>anderer Kontakt</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Open the whole message</source>
        <translation>Ganze Nachricht öffnen</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Weniger zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>Auswahl kopieren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Open to read and select</source>
        <translation>Zum Lesen und Markieren öffnen</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Save %1 …</source>
        <translation>%1 speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Go to this contact</source>
        <translation>Zu diesem Kontakt</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Colleague</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistent</translation>
    </message>
    <message>
        <source>Your note</source>
        <translation>Ihre Notiz</translation>
    </message>
    <message>
        <source>Note by %1</source>
        <translation>Notiz von %1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>You whispered to %1</source>
        <translation>Von Ihnen geflüstert an %1</translation>
    </message>
    <message>
        <source>You whispered</source>
        <translation>Von Ihnen geflüstert</translation>
    </message>
    <message>
        <source>%1 whispers · only you see this</source>
        <translation>%1 flüstert · nur für Sie sichtbar</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>Removed by the customer</source>
        <translation>Vom Kunden gelöscht</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>nicht gespeichert</translation>
    </message>
    <message>
        <source>saving</source>
        <translation>wird gespeichert</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>waits for the step above</source>
        <translation>wartet auf den Schritt darüber</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>vorgemerkt</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>wird gesendet</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>checking whether it arrived</source>
        <translation>Zustellung wird geprüft</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>nicht gesendet</translation>
    </message>
    <message>
        <source>Mood: %1</source>
        <translation>Stimmung: %1</translation>
    </message>
    <message>
        <source>Held back for a few seconds, so that it can be taken back.</source>
        <translation>Wird einige Sekunden zurückgehalten, damit Sie das Senden noch zurücknehmen können.</translation>
    </message>
    <message>
        <source>Waits for the step above, which was refused: retry or discard that one first.</source>
        <translation>Wartet auf den abgelehnten Schritt darüber: Versuchen Sie diesen erneut, oder verwerfen Sie ihn.</translation>
    </message>
    <message>
        <source>Kept on this computer; it goes out as soon as there is a connection.</source>
        <translation>Auf diesem Rechner gespeichert; wird gesendet, sobald eine Verbindung besteht.</translation>
    </message>
    <message>
        <source>Being sent.</source>
        <translation>Wird gesendet.</translation>
    </message>
    <message>
        <source>The centre has it, and has not handed it on yet.</source>
        <translation>Im System angekommen, aber noch nicht weitergegeben.</translation>
    </message>
    <message>
        <source>The answer got lost. It is looked up whether it arrived before it is sent again.</source>
        <translation>Die Antwort ging verloren. Vor erneutem Senden wird geprüft, ob die Nachricht ankam.</translation>
    </message>
    <message>
        <source>Handed to the channel; nothing more is known yet.</source>
        <translation>An den Kanal übergeben; mehr ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Arrived at the customer.</source>
        <translation>Beim Kunden angekommen.</translation>
    </message>
    <message>
        <source>The customer has read it.</source>
        <translation>Vom Kunden gelesen.</translation>
    </message>
    <message>
        <source>It could not be delivered.</source>
        <translation>Die Nachricht ließ sich nicht zustellen.</translation>
    </message>
    <message>
        <source>Call came in</source>
        <translation>Anruf eingegangen</translation>
    </message>
    <message>
        <source>Call answered</source>
        <translation>Anruf angenommen</translation>
    </message>
    <message>
        <source>Call ended after %1</source>
        <translation>Anruf beendet nach %1</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>Anruf beendet</translation>
    </message>
    <message>
        <source>Call missed</source>
        <translation>Anruf verpasst</translation>
    </message>
    <message>
        <source>Handed to %1</source>
        <translation>Weitergeleitet an %1</translation>
    </message>
    <message>
        <source>Handed on</source>
        <translation>Weitergeleitet</translation>
    </message>
    <message>
        <source>Put back into the queue</source>
        <translation>Zurück in die Warteschlange</translation>
    </message>
    <message>
        <source>Reopened</source>
        <translation>Wieder geöffnet</translation>
    </message>
    <message>
        <source>Closed: %1</source>
        <translation>Abgeschlossen: %1</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Taking part</source>
        <translation>Nimmt teil</translation>
    </message>
    <message>
        <source>Reading along</source>
        <translation>Liest mit</translation>
    </message>
    <message>
        <source>%1 (the agent is not told)</source>
        <translation>%1 (verdeckt)</translation>
    </message>
    <message>
        <source>Reading along ended</source>
        <translation>Mitlesen beendet</translation>
    </message>
    <message>
        <source>Declined: %1</source>
        <translation>Abgelehnt: %1</translation>
    </message>
    <message>
        <source>%1 did not answer</source>
        <translation>%1 hat nicht angenommen</translation>
    </message>
    <message>
        <source>Not answered</source>
        <translation>Nicht angenommen</translation>
    </message>
    <message>
        <source>Went on from %1 to %2</source>
        <translation>Von %1 weiter an %2</translation>
    </message>
    <message>
        <source>Went on to another queue</source>
        <translation>Weiter an eine andere Warteschlange</translation>
    </message>
    <message>
        <source>Reassigned to %1</source>
        <translation>Zugewiesen an %1</translation>
    </message>
    <message>
        <source>Reassigned</source>
        <translation>Neu zugewiesen</translation>
    </message>
    <message>
        <source>Taken over from %1</source>
        <translation>Übernommen, vorher bei %1</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Übernommen</translation>
    </message>
    <message>
        <source>Priority %2 instead of %1</source>
        <translation>Priorität %2 statt %1</translation>
    </message>
    <message>
        <source>Question to %1</source>
        <translation>Rückfrage an %1</translation>
    </message>
    <message>
        <source>Question to a colleague</source>
        <translation>Rückfrage im Team</translation>
    </message>
    <message>
        <source>Question to %1 ended</source>
        <translation>Rückfrage an %1 beendet</translation>
    </message>
    <message>
        <source>Question to a colleague ended</source>
        <translation>Rückfrage im Team beendet</translation>
    </message>
    <message>
        <source>Call-back agreed: %1</source>
        <translation>Rückruf vereinbart: %1</translation>
    </message>
    <message>
        <source>Call-back agreed</source>
        <translation>Rückruf vereinbart</translation>
    </message>
    <message>
        <source>Time to call back %1</source>
        <translation>Rückruf fällig: %1</translation>
    </message>
    <message>
        <source>Time to call back</source>
        <translation>Rückruf fällig</translation>
    </message>
    <message>
        <source>%1 lost the connection; somebody else takes over</source>
        <translation>%1 hat keine Verbindung mehr; jemand anderes übernimmt</translation>
    </message>
    <message>
        <source>The connection was lost; somebody else takes over</source>
        <translation>Die Verbindung ging verloren; jemand anderes übernimmt</translation>
    </message>
    <message>
        <source>%1 is back and goes on</source>
        <translation>%1 ist wieder da und macht weiter</translation>
    </message>
    <message>
        <source>The agent is back and goes on</source>
        <translation>Die Verbindung ist wieder da; es geht weiter</translation>
    </message>
    <message>
        <source>Put on hold</source>
        <translation>Gehalten</translation>
    </message>
    <message>
        <source>Resumed</source>
        <translation>Fortgesetzt</translation>
    </message>
    <message>
        <source>The message above was too long: its end was left out</source>
        <translation>Die Nachricht oben war zu lang: Ihr Ende wurde weggelassen</translation>
    </message>
    <message>
        <source>Wrote in an encrypted room: their words cannot be read here</source>
        <translation>Hat in einem verschlüsselten Raum geschrieben: Hier nicht lesbar</translation>
    </message>
    <message>
        <source>A message above was changed by the customer</source>
        <translation>Der Kunde hat eine Nachricht oben geändert</translation>
    </message>
    <message>
        <source>A message above was removed by the customer</source>
        <translation>Der Kunde hat eine Nachricht oben gelöscht</translation>
    </message>
    <message>
        <source>Forbade to be written to on this channel</source>
        <translation>Hat Nachrichten auf diesem Kanal untersagt</translation>
    </message>
    <message>
        <source>Allowed to be written to on this channel again</source>
        <translation>Hat Nachrichten auf diesem Kanal wieder erlaubt</translation>
    </message>
    <message>
        <source>Customer assigned</source>
        <translation>Kunde zugeordnet</translation>
    </message>
    <message>
        <source>Customers merged</source>
        <translation>Kunden zusammengeführt</translation>
    </message>
    <message>
        <source>Customer verified</source>
        <translation>Identität des Kunden geprüft</translation>
    </message>
    <message>
        <source>Verification failed: too many wrong answers</source>
        <translation>Identität nicht bestätigt: zu viele falsche Antworten</translation>
    </message>
    <message>
        <source>Step done: %1</source>
        <translation>Schritt erledigt: %1</translation>
    </message>
    <message>
        <source>Step left out: %1</source>
        <translation>Schritt ausgelassen: %1</translation>
    </message>
    <message>
        <source>Step opened again: %1</source>
        <translation>Schritt wieder geöffnet: %1</translation>
    </message>
    <message>
        <source>Guide begun: %1</source>
        <translation>Leitfaden begonnen: %1</translation>
    </message>
    <message>
        <source>Guide stopped: %1</source>
        <translation>Leitfaden abgebrochen: %1</translation>
    </message>
    <message>
        <source>rated %1 of 5</source>
        <translation>Bewertung %1 von&#xa0;5</translation>
    </message>
    <message>
        <source>Earlier history is still on its way to this computer</source>
        <translation>Ältere Einträge werden noch geladen</translation>
    </message>
    <message>
        <source>only here</source>
        <translation>nur hier</translation>
    </message>
    <message>
        <source>Written while a recording was played; it never left this computer.</source>
        <translation>Beim Abspielen einer Aufzeichnung geschrieben; es hat diesen Rechner nie verlassen.</translation>
    </message>
</context>
<context>
    <name>tape</name>
    <message>
        <source>Let the recording go on</source>
        <translation>Aufzeichnung weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Pause the recording</source>
        <translation>Aufzeichnung anhalten</translation>
    </message>
    <message>
        <source>Play the recording faster</source>
        <translation>Aufzeichnung schneller abspielen</translation>
    </message>
    <message>
        <source>Play the recording slower</source>
        <translation>Aufzeichnung langsamer abspielen</translation>
    </message>
    <message>
        <source>Play the recording from the start</source>
        <translation>Aufzeichnung von vorn abspielen</translation>
    </message>
    <message>
        <source>This window is being recorded into %1. Names, addresses, numbers and words are replaced.</source>
        <translation>Dieses Fenster wird in %1 aufgezeichnet. Namen, Adressen, Nummern und Wörter werden ersetzt.</translation>
    </message>
    <message>
        <source>This window is being recorded into %1, with the customers&apos; real words.</source>
        <translation>Dieses Fenster wird in %1 aufgezeichnet, mit den wirklichen Worten der Kunden.</translation>
    </message>
    <message>
        <source>The recording has ended. %1</source>
        <translation>Die Aufzeichnung ist beendet. %1</translation>
    </message>
</context>
<context>
    <name>troubles</name>
    <message>
        <source>The password is wrong.</source>
        <translation>Das Passwort ist falsch.</translation>
    </message>
    <message>
        <source>Too many tries. Please wait a minute and try again.</source>
        <translation>Zu viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>This account may not sign in any more.</source>
        <translation>Dieses Konto darf sich nicht mehr anmelden.</translation>
    </message>
    <message>
        <source>Too many wrong tries. Unlocking needs a connection to your system now; there is none.</source>
        <translation>Zu viele Fehlversuche. Zum Entsperren ist jetzt eine Verbindung zu Ihrem System nötig; es besteht keine.</translation>
    </message>
    <message>
        <source>Your system cannot be reached, and this machine has not seen your password yet.</source>
        <translation>Ihr System ist nicht erreichbar, und auf diesem Rechner wurde Ihr Passwort noch nie eingegeben.</translation>
    </message>
    <message>
        <source>Please wait a moment before the next try.</source>
        <translation>Bitte warten Sie einen Moment vor dem nächsten Versuch.</translation>
    </message>
    <message>
        <source>It could not be unlocked (%1). Please try again.</source>
        <translation>Das Entsperren hat nicht geklappt (%1). Bitte versuchen Sie es erneut.</translation>
    </message>
    <message numerus="yes">
        <source>There is no connection; without one %n tries are left.</source>
        <translation>
            <numerusform>Es besteht keine Verbindung; ohne sie bleibt %n Versuch.</numerusform>
            <numerusform>Es besteht keine Verbindung; ohne sie bleiben %n Versuche.</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no keyring</source>
        <translation>Es gibt keinen Schlüsselbund</translation>
    </message>
    <message>
        <source>The key of your local data is kept in the keyring of this system, and none answers. Start it (it comes with the desktop), then try again.</source>
        <translation>Der Schlüssel Ihrer lokalen Daten liegt im Schlüsselbund dieses Systems, doch keiner antwortet. Starten Sie ihn (er gehört zur Arbeitsumgebung), und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation>Der Schlüsselbund ist gesperrt</translation>
    </message>
    <message>
        <source>The key of your local data is in the keyring of this system, which was not unlocked. Unlock it when the system asks, then try again.</source>
        <translation>Der Schlüssel Ihrer lokalen Daten liegt im Schlüsselbund dieses Systems, der nicht entsperrt wurde. Entsperren Sie ihn, wenn das System danach fragt, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The stored key cannot be read</source>
        <translation>Der gespeicherte Schlüssel ist nicht lesbar</translation>
    </message>
    <message>
        <source>The place where the key of your local data is kept is there, but cannot be read. Nothing was deleted.</source>
        <translation>Der Ablageort für den Schlüssel Ihrer lokalen Daten ist vorhanden, lässt sich aber nicht lesen. Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>Secrets in a file are not allowed here</source>
        <translation>Zugangsdaten in einer Datei sind hier nicht erlaubt</translation>
    </message>
    <message>
        <source>This account keeps its key in a file of the profile, which the rules of this machine do not allow. Ask the people who look after it. Nothing was deleted.</source>
        <translation>Dieses Konto hält seinen Schlüssel in einer Datei des Profils; das erlauben die Vorgaben dieses Rechners nicht. Fragen Sie die Personen, die ihn betreuen. Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The key of your local data is missing</source>
        <translation>Der Schlüssel Ihrer lokalen Daten fehlt</translation>
    </message>
    <message>
        <source>Your local data is here, encrypted, but the keyring has no key for it. If the key comes back, as when a backup of the keyring is restored, try again: everything will be there.</source>
        <translation>Ihre lokalen Daten sind verschlüsselt vorhanden, doch im Schlüsselbund ist kein Schlüssel dafür. Kommt der Schlüssel zurück, etwa aus einer Sicherung des Schlüsselbunds, versuchen Sie es erneut: Alles ist dann wieder da.</translation>
    </message>
    <message>
        <source>The key does not fit your local data</source>
        <translation>Der Schlüssel passt nicht zu Ihren lokalen Daten</translation>
    </message>
    <message>
        <source>Your local data is here, encrypted, but the key in the keyring is another one. If the right key comes back, try again: everything will be there.</source>
        <translation>Ihre lokalen Daten sind verschlüsselt vorhanden, doch im Schlüsselbund ist ein anderer Schlüssel. Kommt der richtige zurück, versuchen Sie es erneut: Alles ist dann wieder da.</translation>
    </message>
    <message>
        <source>The local data is damaged</source>
        <translation>Die lokalen Daten sind beschädigt</translation>
    </message>
    <message>
        <source>The file is damaged and could not be repaired. Nothing was deleted. What your system has, it can send again.</source>
        <translation>Die Datei ist beschädigt und ließ sich nicht reparieren. Es wurde nichts gelöscht. Was Ihr System hat, kann es erneut liefern.</translation>
    </message>
    <message>
        <source>Please update Dirigent</source>
        <translation>Bitte aktualisieren Sie Dirigent</translation>
    </message>
    <message>
        <source>A newer version has been used with this data, and this one cannot read it. Nothing was changed. Install the newer version, then try again.</source>
        <translation>Diese Daten stammen von einer neueren Version; diese kann sie nicht lesen. Es wurde nichts geändert. Installieren Sie die neuere Version, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The disk takes no changes</source>
        <translation>Der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>The local data can only be opened once its disk can be written to. Check the disk and the rights of the folder, then try again.</source>
        <translation>Die lokalen Daten lassen sich erst öffnen, wenn auf ihren Datenträger geschrieben werden kann. Prüfen Sie Datenträger und Rechte des Ordners, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>The local data needs a little room to be opened. Free some space, then try again.</source>
        <translation>Zum Öffnen brauchen die lokalen Daten etwas Platz. Schaffen Sie Platz, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The local data is in use</source>
        <translation>Die lokalen Daten sind in Gebrauch</translation>
    </message>
    <message>
        <source>Another program holds the file, such as a backup. Try again in a moment.</source>
        <translation>Ein anderes Programm hält die Datei fest, etwa eine Datensicherung. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The disk fails</source>
        <translation>Der Datenträger versagt</translation>
    </message>
    <message>
        <source>The local data could not be read from the disk. Try again; if it stays so, tell IT.</source>
        <translation>Die lokalen Daten ließen sich nicht vom Datenträger lesen. Versuchen Sie es erneut; bleibt es so, melden Sie es der IT.</translation>
    </message>
    <message>
        <source>The local data cannot be opened</source>
        <translation>Die lokalen Daten lassen sich nicht öffnen</translation>
    </message>
    <message>
        <source>Something is wrong with it (%1). Nothing was deleted.</source>
        <translation>Damit stimmt etwas nicht (%1). Es wurde nichts gelöscht.</translation>
    </message>
    <message>
        <source>The disk is full: nothing can be saved. Free space, then try again.</source>
        <translation>Der Datenträger ist voll: Nichts lässt sich speichern. Schaffen Sie Platz, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The disk takes no changes: you can read, but nothing can be saved. Check the disk, then try again.</source>
        <translation>Der Datenträger ist schreibgeschützt: Sie können lesen, aber nichts lässt sich speichern. Prüfen Sie ihn, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>Another program holds your local data: nothing can be saved at the moment.</source>
        <translation>Ein anderes Programm hält Ihre lokalen Daten fest: Zurzeit lässt sich nichts speichern.</translation>
    </message>
    <message>
        <source>Your local data is damaged. It can be repaired now; what you wrote is kept.</source>
        <translation>Ihre lokalen Daten sind beschädigt. Sie lassen sich jetzt reparieren; was Sie geschrieben haben, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The disk fails: nothing can be saved (%1). Try again; if it stays so, tell IT.</source>
        <translation>Der Datenträger versagt: Nichts lässt sich speichern (%1). Versuchen Sie es erneut; bleibt es so, melden Sie es der IT.</translation>
    </message>
    <message>
        <source>Set the old data aside?</source>
        <translation>Alte Daten beiseitelegen?</translation>
    </message>
    <message>
        <source>Your history comes again from your system. Lost for now is what only this machine had: drafts, and messages that were not sent yet; how many cannot be known without the key. Nothing is deleted: the old file stays in the folder of this profile under another name, and is brought back should its key turn up.</source>
        <translation>Ihr Verlauf kommt erneut von Ihrem System. Vorerst verloren ist, was nur dieser Rechner hatte: Entwürfe und noch nicht gesendete Nachrichten; wie viele, lässt sich ohne den Schlüssel nicht sagen. Nichts wird gelöscht: Die alte Datei bleibt unter anderem Namen im Ordner dieses Profils und wird zurückgeholt, sobald ihr Schlüssel wieder auftaucht.</translation>
    </message>
    <message>
        <source>Keep the key in a file?</source>
        <translation>Schlüssel in einer Datei halten?</translation>
    </message>
    <message>
        <source>Whoever can read your files can then open the stored data: use this only on a machine of your own.</source>
        <translation>Wer Ihre Dateien lesen kann, kann dann auch die gespeicherten Daten öffnen: Nutzen Sie dies nur auf einem eigenen Rechner.</translation>
    </message>
    <message>
        <source>The key of your old data is there again; what you had left there is back.</source>
        <translation>Der Schlüssel Ihrer alten Daten ist wieder da; was dort lag, ist zurück.</translation>
    </message>
    <message>
        <source>Your local data was damaged and has been repaired; history comes again from your system.</source>
        <translation>Ihre lokalen Daten waren beschädigt und sind repariert; der Verlauf kommt erneut von Ihrem System.</translation>
    </message>
    <message numerus="yes">
        <source>%n entries of yours could not be read any more.</source>
        <translation>
            <numerusform>%n Ihrer Einträge war nicht mehr lesbar.</numerusform>
            <numerusform>%n Ihrer Einträge waren nicht mehr lesbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n noch zu senden</numerusform>
            <numerusform>%n noch zu senden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts</source>
        <translation>
            <numerusform>%n Entwurf</numerusform>
            <numerusform>%n Entwürfe</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: %1.</source>
        <translation>Gerettet: %1.</translation>
    </message>
    <message>
        <source>The keyring does not answer. The old key stays in force.</source>
        <translation>Der Schlüsselbund antwortet nicht. Der alte Schlüssel gilt weiter.</translation>
    </message>
    <message>
        <source>The keyring is locked. The old key stays in force.</source>
        <translation>Der Schlüsselbund ist gesperrt. Der alte Schlüssel gilt weiter.</translation>
    </message>
    <message>
        <source>The disk has not enough room. The old key stays in force.</source>
        <translation>Auf dem Datenträger ist zu wenig Platz. Der alte Schlüssel gilt weiter.</translation>
    </message>
    <message>
        <source>The key could not be changed (%1). The old one stays in force.</source>
        <translation>Der Schlüssel ließ sich nicht wechseln (%1). Der alte gilt weiter.</translation>
    </message>
</context>
<context>
    <name>why</name>
    <message>
        <source>waited %1</source>
        <translation>%1 gewartet</translation>
    </message>
    <message>
        <source>ring %1</source>
        <translation>Runde %1</translation>
    </message>
    <message>
        <source>worked out on this computer</source>
        <translation>auf diesem Rechner ermittelt</translation>
    </message>
    <message>
        <source>Could have had it</source>
        <translation>Kamen infrage</translation>
    </message>
    <message>
        <source>Could not</source>
        <translation>Kamen nicht infrage</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>A colleague</source>
        <translation>Jemand aus dem Team</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 Punkte</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
    <message>
        <source>Who was considered</source>
        <translation>Wer infrage kam</translation>
    </message>
    <message>
        <source>Nothing is written down about this.</source>
        <translation>Dazu ist nichts festgehalten.</translation>
    </message>
    <message>
        <source>Looking it up …</source>
        <translation>Wird nachgesehen&#xa0;…</translation>
    </message>
    <message>
        <source>Other decisions</source>
        <translation>Weitere Entscheidungen</translation>
    </message>
    <message>
        <source>Why you?</source>
        <translation>Warum Sie?</translation>
    </message>
    <message>
        <source>Why nobody yet?</source>
        <translation>Warum noch niemand?</translation>
    </message>
    <message>
        <source>a colleague</source>
        <translation>jemand aus dem Team</translation>
    </message>
    <message>
        <source>Why %1?</source>
        <translation>Warum %1?</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>niemand</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>Anruf</translation>
    </message>
    <message>
        <source>SMS</source>
        <translation>SMS</translation>
    </message>
    <message>
        <source>Messenger</source>
        <translation>Messenger</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>In-app</source>
        <translation>In-App</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>Social media</source>
        <translation>Social Media</translation>
    </message>
    <message>
        <source>Website</source>
        <translation>Website</translation>
    </message>
    <message>
        <source>Shop</source>
        <translation>Filiale</translation>
    </message>
    <message>
        <source>Waiting in the queue</source>
        <translation>In der Warteschlange</translation>
    </message>
    <message>
        <source>Ringing</source>
        <translation>Klingelt</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>In Bearbeitung</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>Gehalten</translation>
    </message>
    <message>
        <source>Waiting for customer</source>
        <translation>Wartet auf Kunden</translation>
    </message>
    <message>
        <source>Wrap-up</source>
        <translation>Nachbearbeitung</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>Abandoned</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>angry</source>
        <translation>verärgert</translation>
    </message>
    <message>
        <source>annoyed</source>
        <translation>unzufrieden</translation>
    </message>
    <message>
        <source>neutral</source>
        <translation>neutral</translation>
    </message>
    <message>
        <source>friendly</source>
        <translation>freundlich</translation>
    </message>
    <message>
        <source>%1, falling</source>
        <translation>%1, fallend</translation>
    </message>
    <message>
        <source>%1, rising</source>
        <translation>%1, steigend</translation>
    </message>
    <message>
        <source>received</source>
        <translation>empfangen</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>wird gesendet</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>vorgemerkt</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>zugestellt</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>not delivered</source>
        <translation>nicht zugestellt</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Abwesend</translation>
    </message>
    <message>
        <source>Signed off</source>
        <translation>Abgemeldet</translation>
    </message>
    <message>
        <source>Not responding</source>
        <translation>Keine Reaktion</translation>
    </message>
    <message>
        <source>%1 · then %2</source>
        <translation>%1 · dann %2</translation>
    </message>
    <message>
        <source>The centre has not confirmed this yet.</source>
        <translation>Vom System noch nicht bestätigt.</translation>
    </message>
    <message>
        <source>Set by %1.</source>
        <translation>Gesetzt von %1.</translation>
    </message>
    <message>
        <source>You work %1 until %2.</source>
        <translation>Sie arbeiten bis %2 in: %1.</translation>
    </message>
    <message>
        <source>Break</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Screen locked</source>
        <translation>Bildschirm gesperrt</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Keine Verbindung</translation>
    </message>
    <message>
        <source>Lunch</source>
        <translation>Mittagspause</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Schulung</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>Besprechung</translation>
    </message>
    <message>
        <source>Back office</source>
        <translation>Backoffice</translation>
    </message>
    <message>
        <source>German</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Französisch</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>Spanisch</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>Italienisch</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>Niederländisch</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>Polnisch</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>Türkisch</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>Portugiesisch</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Bearbeitung</translation>
    </message>
    <message>
        <source>being clarified</source>
        <translation>in Klärung</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>versandt</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>delivered</source>
        <comment>order</comment>
        <translation>geliefert</translation>
    </message>
    <message>
        <source>returned</source>
        <translation>zurückgesandt</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>storniert</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>bezahlt</translation>
    </message>
    <message>
        <source>unpaid</source>
        <translation>unbezahlt</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>überfällig</translation>
    </message>
    <message>
        <source>late</source>
        <translation>verspätet</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>abgeschlossen</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>refunded</source>
        <translation>erstattet</translation>
    </message>
    <message>
        <source>disputed</source>
        <translation>strittig</translation>
    </message>
</context>
</TS>
