"""How lessons show their models: the chart, the sentence and the number to guess for each."""
