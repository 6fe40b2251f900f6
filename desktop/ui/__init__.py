"""The window: layout and painting in Qt Widgets. Asks view models and tells them what the agent did; knows no storage.

- ``theme/``        tokens, style sheet, fonts, icons, and the few things all delegates paint alike
- ``i18n/``         translators, and the sentences for codes, times and amounts
- ``window/``       the main window: rail, strip, presence, palette, shortcuts, notices
- ``inbox/``        offers and lists
- ``interaction/``  header, stream, composer, wrap-up
- ``search/``       searching everything, and finding within the open contact
- ``customers/``    finding a customer who is not in the inbox
- ``context/``      customer 360, journey, next best actions
- ``widgets/``      small controls several panels use
- ``lock/``         what a locked screen shows, and taking everything else away
- ``trouble/``      data that cannot be opened or written, and reports of errors
- ``account/``      my account on this machine
- ``accounts/``     the accounts of the desk
- ``charts/``       the journey's chart, imported on first use
- ``sign_in``       the dialog before there is an account
"""
