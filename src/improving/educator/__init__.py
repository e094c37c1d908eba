"""The educator's desk: assign exercises, mark them safely, hand results on."""
