"""Models learned from the hub's own history: when they are learned, which one runs, who is told. The learning itself is
``training``'s, in a process of its own.

- ``generations``  every model a task ever had, which one runs, and the way back
- ``process``      one training in a process of its own, with a time limit
- ``loading``      the model that runs, in the memory of each hub process
- ``corrections``  how often agents had to correct a verdict
- ``service``      all of it as the server runs it: at a set hour, or when an admin asks
- ``commands``     ``dirigent hub train | models``
"""
