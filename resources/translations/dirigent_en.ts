<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB">
<context>
    <name>AccountWindow</name>
    <message numerus="yes">
        <source>Closed contacts are kept for %n days.</source>
        <translation>
            <numerusform>Closed contacts are kept for %n day.</numerusform>
            <numerusform>Closed contacts are kept for %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Error reports are kept for %n days.</source>
        <translation>
            <numerusform>Error reports are kept for %n day.</numerusform>
            <numerusform>Error reports are kept for %n days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Locks after %n minutes without keyboard or mouse, and when the machine sleeps.</source>
        <translation>
            <numerusform>Locks after %n minute without keyboard or mouse, and when the machine sleeps.</numerusform>
            <numerusform>Locks after %n minutes without keyboard or mouse, and when the machine sleeps.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Locks after %n minutes without keyboard or mouse.</source>
        <translation>
            <numerusform>Locks after %n minute without keyboard or mouse.</numerusform>
            <numerusform>Locks after %n minutes without keyboard or mouse.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files (%1)</source>
        <translation>
            <numerusform>%n file (%1)</numerusform>
            <numerusform>%n files (%1)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AccountsWindow</name>
    <message numerus="yes">
        <source>%n commands were not sent yet and will be lost.</source>
        <translation>
            <numerusform>%n command was not sent yet and will be lost.</numerusform>
            <numerusform>%n commands were not sent yet and will be lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n commands were refused and will be lost.</source>
        <translation>
            <numerusform>%n command was refused and will be lost.</numerusform>
            <numerusform>%n commands were refused and will be lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts will be lost.</source>
        <translation>
            <numerusform>%n draft will be lost.</numerusform>
            <numerusform>%n drafts will be lost.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BoardActions</name>
    <message numerus="yes">
        <source>%n wishes are on their way.</source>
        <translation>
            <numerusform>%n wish is on its way.</numerusform>
            <numerusform>%n wishes are on their way.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BroadcastBanner</name>
    <message numerus="yes">
        <source>%n more after this</source>
        <translation>
            <numerusform>%n more after this</numerusform>
            <numerusform>%n more after this</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelButton</name>
    <message numerus="yes">
        <source>Up to %n parts</source>
        <translation>
            <numerusform>Up to %n part</numerusform>
            <numerusform>Up to %n parts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClosingSheet</name>
    <message numerus="yes">
        <source>%n thing(s) would be lost</source>
        <translation>
            <numerusform>%n thing would be lost</numerusform>
            <numerusform>%n things would be lost</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) have not gone out yet</source>
        <translation>
            <numerusform>%n thing has not gone out yet</numerusform>
            <numerusform>%n things have not gone out yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) could not be sent</source>
        <translation>
            <numerusform>%n thing could not be sent</numerusform>
            <numerusform>%n things could not be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n could not be sent</numerusform>
            <numerusform>%n could not be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n note(s)</source>
        <translation>
            <numerusform>%n note</numerusform>
            <numerusform>%n notes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wrap-up(s)</source>
        <translation>
            <numerusform>%n wrap-up</numerusform>
            <numerusform>%n wrap-ups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) of customer data</source>
        <translation>
            <numerusform>%n change of customer data</numerusform>
            <numerusform>%n changes of customer data</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are still being taken in and would have to be attached again.</source>
        <translation>
            <numerusform>%n file is still being taken in and would have to be attached again.</numerusform>
            <numerusform>%n files are still being taken in and would have to be attached again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>Sending in %n s</source>
        <translation>
            <numerusform>Sending in %n s</numerusform>
            <numerusform>Sending in %n s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactsCard</name>
    <message numerus="yes">
        <source>%n altogether</source>
        <translation>
            <numerusform>%n altogether</numerusform>
            <numerusform>%n altogether</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactsPage</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CoursePage</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesView</name>
    <message numerus="yes">
        <source>%n record(s) merged into this one</source>
        <translation>
            <numerusform>%n record merged into this one</numerusform>
            <numerusform>%n records merged into this one</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JourneyCard</name>
    <message numerus="yes">
        <source>Journey of the last %n days</source>
        <translation>
            <numerusform>Journey of the last day</numerusform>
            <numerusform>Journey of the last %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n touchpoints</source>
        <translation>
            <numerusform>%n touchpoint</numerusform>
            <numerusform>%n touchpoints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LengthLine</name>
    <message numerus="yes">
        <source>%n text message(s)</source>
        <translation>
            <numerusform>%n text message</numerusform>
            <numerusform>%n text messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left</source>
        <translation>
            <numerusform>%n left</numerusform>
            <numerusform>%n left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockSheet</name>
    <message numerus="yes">
        <source>Please wait %n seconds</source>
        <translation>
            <numerusform>Please wait %n second</numerusform>
            <numerusform>Please wait %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergeSheet</name>
    <message numerus="yes">
        <source>%n contact(s)</source>
        <translation>
            <numerusform>%n contact</numerusform>
            <numerusform>%n contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) and other records</source>
        <translation>
            <numerusform>%n order or other record</numerusform>
            <numerusform>%n orders and other records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s) move over.</source>
        <translation>
            <numerusform>%n contact moves over.</numerusform>
            <numerusform>%n contacts move over.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) and other records move over.</source>
        <translation>
            <numerusform>%n order or other record moves over.</numerusform>
            <numerusform>%n orders and other records move over.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OffersView</name>
    <message numerus="yes">
        <source>%n more ringing</source>
        <translation>
            <numerusform>%n more ringing</numerusform>
            <numerusform>%n more ringing</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutboxPanel</name>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n waiting to be sent</numerusform>
            <numerusform>%n waiting to be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n could not be sent</numerusform>
            <numerusform>%n could not be sent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OwnFiguresSheet</name>
    <message numerus="yes">
        <source>%n declined</source>
        <translation>
            <numerusform>%n declined</numerusform>
            <numerusform>%n declined</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not answered</source>
        <translation>
            <numerusform>%n not answered</numerusform>
            <numerusform>%n not answered</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in hand</source>
        <translation>
            <numerusform>%n in hand</numerusform>
            <numerusform>%n in hand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinnedList</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordsView</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message numerus="yes">
        <source>%n steps or messages that were not sent yet are lost.</source>
        <translation>
            <numerusform>%n step or message that was not sent yet is lost.</numerusform>
            <numerusform>%n steps or messages that were not sent yet are lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts are lost.</source>
        <translation>
            <numerusform>%n draft is lost.</numerusform>
            <numerusform>%n drafts are lost.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScreenPop</name>
    <message numerus="yes">
        <source>%n earlier contact(s)</source>
        <translation>
            <numerusform>%n earlier contact</numerusform>
            <numerusform>%n earlier contacts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchPanel</name>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StaffingPage</name>
    <message numerus="yes">
        <source>%n short</source>
        <translation>
            <numerusform>%n short</numerusform>
            <numerusform>%n short</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message numerus="yes">
        <source>%n waiting in the queues, longest %1</source>
        <translation>
            <numerusform>%n waiting in the queues, longest %1</numerusform>
            <numerusform>%n waiting in the queues, longest %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n could not be sent</numerusform>
            <numerusform>%n could not be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n waiting to be sent</numerusform>
            <numerusform>%n waiting to be sent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VerificationView</name>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n wrong</numerusform>
            <numerusform>%n wrong</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>board</name>
    <message numerus="yes">
        <source>%n ready</source>
        <translation>
            <numerusform>%n ready</numerusform>
            <numerusform>%n ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n short now</source>
        <translation>
            <numerusform>%n short now</numerusform>
            <numerusform>%n short now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n signed in</source>
        <translation>
            <numerusform>%n signed in</numerusform>
            <numerusform>%n signed in</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n, no forecast yet</source>
        <translation>
            <numerusform>%n, no forecast yet</numerusform>
            <numerusform>%n, no forecast yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n there, need unknown</source>
        <translation>
            <numerusform>%n there, need unknown</numerusform>
            <numerusform>%n there, need unknown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>charts</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n arrivals</source>
        <translation>
            <numerusform>%n arrival</numerusform>
            <numerusform>%n arrivals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n abandoned</source>
        <translation>
            <numerusform>%n abandoned</numerusform>
            <numerusform>%n abandoned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>needed: %n agents</source>
        <translation>
            <numerusform>needed: %n agent</numerusform>
            <numerusform>needed: %n agents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>there: %n agents</source>
        <translation>
            <numerusform>there: %n agent</numerusform>
            <numerusform>there: %n agents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n short</source>
        <translation>
            <numerusform>%n short</numerusform>
            <numerusform>%n short</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Journey: %n touchpoints. Arrow keys go from one to the next.</source>
        <translation>
            <numerusform>Journey: %n touchpoint.</numerusform>
            <numerusform>Journey: %n touchpoints. Arrow keys go from one to the next.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Course of the mood over %n messages</source>
        <translation>
            <numerusform>Course of the mood over %n message</numerusform>
            <numerusform>Course of the mood over %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>evidence</name>
    <message numerus="yes">
        <source>%1 + %n</source>
        <translation>
            <numerusform>%1 + %n</numerusform>
            <numerusform>%1 + %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>formats</name>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n h</numerusform>
            <numerusform>%n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n d</source>
        <translation>
            <numerusform>%n d</numerusform>
            <numerusform>%n d</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>inbox</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leading</name>
    <message numerus="yes">
        <source>%n h, until %1</source>
        <translation>
            <numerusform>%n&#xa0;h, until %1</numerusform>
            <numerusform>%n&#xa0;h, until %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too many</source>
        <translation>
            <numerusform>%n character too many</numerusform>
            <numerusform>%n characters too many</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s) to which queue or agent?</source>
        <translation>
            <numerusform>%n contact to which queue or agent?</numerusform>
            <numerusform>%n contacts to which queue or agent?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>outbox</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Held back: goes out in %n s</source>
        <translation>
            <numerusform>Held back: goes out in %n s</numerusform>
            <numerusform>Held back: goes out in %n s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>reasons</name>
    <message numerus="yes">
        <source>best of %n who could</source>
        <translation>
            <numerusform>the only one who could</numerusform>
            <numerusform>best of %n who could</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not ready</source>
        <translation>
            <numerusform>%n not ready</numerusform>
            <numerusform>%n not ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n declined</source>
        <translation>
            <numerusform>%n declined</numerusform>
            <numerusform>%n declined</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of other teams</source>
        <translation>
            <numerusform>%n of another team</numerusform>
            <numerusform>%n of other teams</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without the skill</source>
        <translation>
            <numerusform>%n without the skill</numerusform>
            <numerusform>%n without the skill</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n do not speak the language</source>
        <translation>
            <numerusform>%n does not speak the language</numerusform>
            <numerusform>%n do not speak the language</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%percent% solved, %1 each, in %n such contacts</source>
        <translation>
            <numerusform>%percent% solved, %1, in %n such contact</numerusform>
            <numerusform>%percent% solved, %1 each, in %n such contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 each in %n such contacts</source>
        <translation>
            <numerusform>%1 in %n such contact</numerusform>
            <numerusform>%1 each in %n such contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>one of %n who could</source>
        <translation>
            <numerusform>the only one who could</numerusform>
            <numerusform>one of %n who could</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>decided together with others, %n in all</source>
        <translation>
            <numerusform>decided on its own</numerusform>
            <numerusform>decided together with others, %n in all</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>most urgent of %n that wait for you</source>
        <translation>
            <numerusform>the only one that waits for you</numerusform>
            <numerusform>most urgent of %n that wait for you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n work other queues</source>
        <translation>
            <numerusform>%n works other queues</numerusform>
            <numerusform>%n work other queues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n free, while who knows the case is waited for</source>
        <translation>
            <numerusform>%n free, while who knows the case is waited for</numerusform>
            <numerusform>%n free, while who knows the case is waited for</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n with their hands full</source>
        <translation>
            <numerusform>%n with their hands full</numerusform>
            <numerusform>%n with their hands full</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer here</source>
        <translation>
            <numerusform>%n no longer here</numerusform>
            <numerusform>%n no longer here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>done in %k of %n similar cases</source>
        <translation>
            <numerusform>done in a similar case</numerusform>
            <numerusform>done in %k of %n similar cases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts in a short time</source>
        <translation>
            <numerusform>%n contact in a short time</numerusform>
            <numerusform>%n contacts in a short time</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>bought %n days ago</source>
        <translation>
            <numerusform>bought %n day ago</numerusform>
            <numerusform>bought %n days ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n steps as a checklist</source>
        <translation>
            <numerusform>%n step as a checklist</numerusform>
            <numerusform>%n steps as a checklist</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>steps</name>
    <message numerus="yes">
        <source>Set %n request type(s)</source>
        <translation>
            <numerusform>Set %n request type</numerusform>
            <numerusform>Set %n request types</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>troubles</name>
    <message numerus="yes">
        <source>There is no connection; without one %n tries are left.</source>
        <translation>
            <numerusform>There is no connection; without one %n try is left.</numerusform>
            <numerusform>There is no connection; without one %n tries are left.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries of yours could not be read any more.</source>
        <translation>
            <numerusform>%n entry of yours could not be read any more.</numerusform>
            <numerusform>%n entries of yours could not be read any more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n unsent</numerusform>
            <numerusform>%n unsent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drafts</source>
        <translation>
            <numerusform>%n draft</numerusform>
            <numerusform>%n drafts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>why</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
</TS>
