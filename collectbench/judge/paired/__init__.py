"""The paired test: is head larger than base by more than the margin, and could the difference be detected?

Base and head are measured in pairs, in an order that a coin decides. Hence the judgement needs no model of the noise:
had the coin fallen otherwise, the two values of a pair would carry each other's name. All ways in which the coins could
have fallen show how far the statistic strays by chance alone. Drift, bursts and autocorrelation are the same in all
of them.

- Figure: any number of a round, in any unit. A `Scale` decides how two values are compared: by the difference of their
  logarithms (a ratio), or by their plain difference. Below, "value" is the figure's position on that scale.
- Statistic: difference of the mean values, in which each value of the smaller half counts twice. Disturbances only add
  time, so the fast end says more about the program. A statistic without the slow end would throw away half of the
  information where the noise is even. Neither of the two means alone detects as much (docs/benchmarks.md has figures).
- Test: sign flips within pairs (Fisher, The Design of Experiments, 1935, chapter III; Pitman, Supplement to the JRSS 4,
  1937), of values from which the margin was taken away. All flips if there are few. Otherwise random flips, of which
  the observed one is counted as one (Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology 9,
  2010). They stop early when so many exceed that the p-value cannot be small (Besag and Clifford, Biometrika 78, 1991).
- Looks: the error is spent over them, so that together they stay below it (the union bound over a spending function as
  in Lan and DeMets, Biometrika 70, 1983).
- Targets: Holm's step-down procedure (Scandinavian Journal of Statistics 6, 1979), for `OVER` only: it bounds the
  chance that any target at all is called over without a reason.
- Interval and standard error: bootstrap over pairs (Efron, The Annals of Statistics 7, 1979).

Everything is a pure function of the values and a seed. The test decides `OVER`, `UNDER` or nothing. Verdicts are made
of these elsewhere: `change` makes `fail` and `pass` for a comparison.
"""
