/**
 * Continual learning in plain Java: networks that learn from streams whose task keeps changing, and stay able to. Nothing here knows
 * of Flink, Kafka or Avro, reads a clock, or draws from an unseeded generator: equal specs and equal events give equal bytes.
 *
 * <p>To read the heart of it: {@link perennial.learning.learner.SupervisedLearner}, {@link
 * perennial.learning.method.NormalizeAndProject}, {@link perennial.learning.method.WeightProjection}.
 *
 * <h2>Glossary</h2>
 *
 * <ul>
 *   <li><b>learner</b>: one network with its optimiser, method, generators and counters
 *   <li><b>spec</b>: an immutable description of something to be built; it checks itself
 *   <li><b>event</b>: an example, a label reset, a transition or the end of an episode
 *   <li><b>label reset</b>: the moment at which a stream's task changes
 *   <li><b>task</b>: what happens between two label resets
 *   <li><b>micro-batch</b>: the examples gathered for one update
 *   <li><b>intervention</b>: something done to a network beside its method to keep it able to learn
 *   <li><b>update</b>: forward, loss, backward, clipping, optimiser step, interventions, method; numbered from 1, discarded ones included
 *   <li><b>divergence</b>: an update discarded because something was not finite
 *   <li><b>parameter</b>: one named tensor; <b>weight</b>, <b>bias</b>, <b>scale</b> and <b>offset</b> are the four roles
 *   <li><b>canonical layout</b>: that of PyTorch, in which weights go in and out; the <b>stored</b> one has channels last
 *   <li><b>radius</b>: the Frobenius norm that a projected weight is held at
 *   <li><b>rate</b>: learning rate; the <b>effective</b> one is what a scale-invariant weight feels of it
 *   <li><b>dead, dormant, linearised unit</b>: see {@link perennial.learning.plasticity.UnitActivity}
 *   <li><b>engine</b>: where the arithmetic is done; its <b>kernel</b> says on what, down to the last bit
 * </ul>
 */
package perennial.learning;
