"""How everything looks.

- ``tokens``      colours by name, per theme, from ``resources/theme/tokens.json``
- ``theme``       the theme in force, and the signal that it changed
- ``stylesheet``  Qt style sheet made from tokens
- ``fonts``       the interface font and the sizes in use
- ``icons``       the product's icons, tinted
- ``painting``    pills, avatars and badges as delegates paint them
"""
