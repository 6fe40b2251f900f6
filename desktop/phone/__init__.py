"""The softphone: the port through which a call is answered, held, sent on and ended, and the engines behind it.

Calls reach the desktop as interactions of channel ``call`` like every other contact; what belongs here is the sound:
the engine that registers with a telephone system and carries voice, and the choice of microphone and speaker. Nothing
here sees the store, the backends or Qt.
"""
