package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigurationDefaultsTest {

    @Test
    void shouldCompleteAnEmptyFile() {
        assertThat(Texts.parse("").effectiveYaml(false)).isEqualTo("""
                        name: perennial
                        kafka: {}
                        flink: {}
                        topics:
                          events: perennial.events.v1
                          metrics: perennial.metrics.v1
                          policies: perennial.policies.v1
                          predictions: perennial.predictions.v1
                          deadLetters: perennial.dead-letters.v1
                          alerts: perennial.alerts.v1
                          control: perennial.control.v1
                        delivery: exactly-once
                        format: avro
                        engine: auto
                        limits:
                          maxRecordBytes: 1000000
                        learners: []
                        alerts: []
                        """);
    }

    @Test
    void shouldCompleteRulesOfAlerts() {
        assertThat(Texts.parse("""
                alerts:
                - {name: a, type: above, quantity: deadUnits, raise: 1, clear: 0}
                - {name: d, type: divergence}
                - {name: s, type: silence}
                """).effectiveYaml(false)).endsWith("""
                        alerts:
                        - type: above
                          name: a
                          learners: []
                          quantity: deadUnits
                          baseline: none
                          values: 1
                          raise: 1.0
                          clear: 0.0
                          hold: 1
                        - type: divergence
                          name: d
                          learners: []
                          clearAfter: 10
                        - type: silence
                          name: s
                          learners: []
                          after: 600
                        """);
    }

    @Test
    void shouldCompleteALearner() {
        assertThat(Texts.parse(Texts.LEARNER).effectiveYaml(false)).endsWith("""
                        learners:
                        - name: a
                          variant: none
                          streams:
                          - s
                          seed: 0
                          task:
                            type: classification
                            input:
                            - 4
                            scale: 1.0
                            classes: 3
                          network:
                            type: mlp
                            hidden:
                            - 8
                            activation: relu
                            leakySlope: 0.01
                            normalisation: none
                            normalisationEpsilon: 1.0E-6
                            initialiser: pytorch
                          method:
                            type: none
                          interventions: []
                          optimiser:
                            type: adam
                            learningRate: 0.001
                            beta1: 0.9
                            beta2: 0.999
                            epsilon: 1.0E-8
                          schedule:
                            type: constant
                          batch:
                            size: 128
                          gradient:
                            maxNorm: 0.0
                          onLabelReset:
                            resetOptimiser: false
                          metrics:
                            every: 100
                            spectralNorms: 1000
                            ranks: 1000
                            inputGradients: 1000
                            jacobian: 1000
                            interference: 0
                            curvature: 0
                            plasticityProbe: 0
                            probeSize: 128
                            gradientRows: 16
                            probeTargets: 10
                            probeSteps: 2000
                          divergence:
                            maxDiscarded: 10
                          predictions: false
                          policies:
                            publishEvery: 250
                            progressEvery: 100
                          snapshots:
                            every: 0
                            keep: 2
                        alerts: []
                        """);
    }

    @Test
    void shouldCompleteALabelStream() {
        assertThat(Texts.parse(Texts.LABELS).effectiveYaml(false)).endsWith("""
                        labels:
                          stream: s
                          images:
                            type: synthetic
                            channels: 1
                            rows: 28
                            columns: 28
                            classes: 10
                            count: 1280
                            litFraction: 0.15
                          pixels: bytes
                          change:
                            type: randomLabels
                          seed: 0
                          resets: 0
                          examplesPerTask: 100
                          epochsPerTask: 0
                          examplesPerSecond: 0.0
                        """);
    }

    @Test
    void shouldCompleteTheOtherTypesOfASection() {
        Configuration configuration = Texts.parse("""
                learners:
                  - name: a
                    streams: [s]
                    task: {type: regression, input: [1, 8, 8], outputs: 2}
                    network: {type: cnn, convolutions: [{channels: 2, kernel: 3}], hidden: [8], normalisation: rmsnorm}
                    method: {type: nap}
                    optimiser: {type: sgd}
                    schedule: {type: linear, updates: 100}
                  - name: b
                    streams: [s]
                    task: {input: [4], classes: 3}
                    network: {hidden: []}
                    optimiser: {type: momentum}
                    schedule: {type: cosine, updates: 100}
                  - name: c
                    streams: [s]
                    task: {input: [4], classes: 3}
                    network: {hidden: []}
                    optimiser: {type: adamw}
                  - name: d
                    streams: [s]
                    task: {input: [4], classes: 3}
                    network: {hidden: []}
                    optimiser: {type: rmsprop}
                """);

        assertThat(configuration.effectiveYaml(false))
                .contains(
                        "    type: regression\n    input:\n    - 1\n    - 8\n    - 8\n    scale: 1.0\n    outputs: 2\n",
                        "    - channels: 2\n      kernel: 3\n      stride: 1\n      padding: 0\n",
                        "    type: nap\n    projectEvery: 1\n    affine:\n      mode: decay\n      rate: 0.999\n"
                                + "    rescaleMoments: false\n    twin: alone\n",
                        "    type: sgd\n    learningRate: 0.01\n",
                        "    type: linear\n    endLearningRate: 1.0E-6\n    updates: 100\n    restartOnReset: false\n",
                        "    type: momentum\n    learningRate: 0.01\n    momentum: 0.9\n    nesterov: false\n",
                        "    type: cosine\n    initialLearningRate: 1.0E-8\n    warmUpUpdates: 0\n"
                                + "    endLearningRate: 1.0E-6\n    updates: 100\n    restartOnReset: false\n",
                        "    type: adamw\n    learningRate: 0.001\n    beta1: 0.9\n    beta2: 0.999\n"
                                + "    epsilon: 1.0E-8\n    weightDecay: 0.01\n",
                        "    type: rmsprop\n    learningRate: 0.01\n    decay: 0.99\n    epsilon: 1.0E-8\n"
                                + "    centred: false\n");
    }

    /** The defaults of the sources, as docs/algorithms/baselines.md names them. */
    @Test
    void shouldCompleteEveryIntervention() {
        String yaml = Texts.parse(
                        Texts.LEARNER,
                        "learners[0].interventions=[{type: l2}, {type: l2Init}, {type: noisyUpdates}, {type: shrinkAndPerturb},"
                                + " {type: shrinkAndPerturbOnReset}, {type: redo}, {type: continualBackprop},"
                                + " {type: reinitialise, layers: [-1]}]")
                .effectiveYaml(false);

        assertThat(yaml)
                .contains(
                        "  - type: l2\n    strength: 0.01\n  - type: l2Init\n    strength: 0.01\n",
                        "  - type: noisyUpdates\n    deviation: 1.0E-5\n",
                        "  - type: shrinkAndPerturb\n    keep: 0.9999\n    perturb: 0.01\n",
                        "  - type: shrinkAndPerturbOnReset\n    keep: 0.5\n    perturb: 0.1\n",
                        "  - type: redo\n    threshold: 0.0\n    every: 200000\n    statisticsBatch: 256\n",
                        "  - type: continualBackprop\n    replacementRate: 1.0E-4\n    maturity: 100\n    decay: 0.99\n"
                                + "    utility: adaptableContribution\n    accumulate: false\n",
                        "  - type: reinitialise\n    layers:\n    - -1\n    values: fresh\n");
        assertThat(Texts.parse(Texts.LEARNER, "learners[0].interventions=[{type: redoPytorch}]")
                        .effectiveYaml(false))
                .contains("  - type: redoPytorch\n    threshold: 0.025\n    every: 1000\n    statisticsBatch: 64\n");
    }

    @Test
    void shouldUseAllImagesOfAFolderAndTheOriginalUnlessTold() {
        String yaml = Texts.parse(
                        Texts.LABELS,
                        "labels.images={type: idx, directory: d}",
                        "labels.change={type: classPermutation}")
                .effectiveYaml(false);

        assertThat(yaml).contains("    type: idx\n    directory: d\n    count: 0\n", "    composed: false\n");
    }

    @Test
    void shouldCompleteTheOtherTypesOfALabelStreamAsPublished() {
        assertThat(Texts.parse(Texts.LABELS, "labels.images={type: bits}", "labels.change={type: slowBits}")
                        .effectiveYaml(false))
                .contains(
                        "    type: bits\n    slow: 15\n    fast: 5\n    units: 100\n    beta: 0.7\n",
                        "    type: slowBits\n    flipOne: false\n");
        assertThat(Texts.parse(
                                Texts.LABELS,
                                "labels.images={type: cifar100, directory: d}",
                                "labels.change={type: classSubsets, sizes: [5, 1]}")
                        .effectiveYaml(false))
                .contains(
                        "    type: cifar100\n    directory: d\n    count: 0\n    classes: fine\n",
                        "    type: classSubsets\n    sizes:\n    - 5\n    - 1\n    reused: false\n    renumbered: false\n");
        assertThat(Texts.parse(Texts.LABELS, "labels.change={type: targetMeans, means: [8]}")
                        .effectiveYaml(false))
                .contains("    type: targetMeans\n    means:\n    - 8.0\n    deviation: 1.0\n");
    }

    @Test
    void shouldTakeSectionsWithoutContentForSectionsOfDefaults() {
        assertThat(Texts.parse("kafka:\nflink:\ntopics:\nlimits:\nlearners:\n")).isEqualTo(Texts.parse(""));
    }

    @Test
    void shouldDeriveTheVariantFromMethodAndNormalisation() {
        String learners = """
                learners:
                  - {name: a, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8]}}
                  - {name: b, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8], normalisation: layernorm}}
                  - {name: c, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8], normalisation: rmsnorm}}
                  - {name: d, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8], normalisation: rmsnorm},
                     method: {type: nap}}
                  - {name: e, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8]}, variant: mine}
                  - {name: f, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8]},
                     method: {type: sn, layers: [-2]}}
                  - {name: g, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8], normalisation: rmsnorm},
                     method: {type: nap}, interventions: [{type: l2Init}, {type: redo}]}
                """;

        assertThat(Texts.parse(learners).learners())
                .extracting(LearnerSection::variant)
                .containsExactly("none", "layernorm", "rmsnorm", "nap", "mine", "sn", "nap+l2Init+redo");
    }

    @Test
    void shouldCompleteATaskOfReinforcement() {
        String yaml = Texts.parse(Texts.PLAYER).effectiveYaml(false);

        assertThat(yaml).contains("""
                          task:
                            type: reinforcement
                            input:
                            - 4
                            - 10
                            - 10
                            scale: 1.0
                            actions: 6
                            head:
                              type: dqn
                              loss: squared
                              doubleQ: false
                              dueling: false
                            history: 1
                            steps: 1
                            discount: 0.99
                            rewardLimit: 0.0
                            warmUp: 5000
                            updateEvery: 4
                            target:
                              type: copied
                              every: 1000
                            replay:
                              capacity: 100000
                              encoding: bytes
                              sampling:
                                type: uniform
                        """.indent(0)).endsWith("""
                        environment:
                          name: minatar/breakout
                          options: {}
                          actors: 1
                          seed: 0
                          epsilon:
                            start: 1.0
                            end: 0.01
                            warmUp: 5000
                            steps: 250000
                          changes: []
                          repeatChangesEvery: 0
                          learners: []
                          steps: 0
                          stepsPerSecond: 0.0
                          maxLead: 1000
                          lockstep: false
                          stateFolder: perennial-actors
                          saveEvery: 10000
                        """);
    }

    @Test
    void shouldCompleteAStreamingLearner() {
        for (String optimiser : new String[] {"obgd", "adaptiveObgd"}) {
            String yaml = Texts.parse(
                            Texts.PLAYER,
                            "learners[0].task={type: streamQ, input: [4, 10, 10], actions: 6}",
                            "learners[0].batch.size=1",
                            "learners[0].optimiser={type: " + optimiser + "}")
                    .effectiveYaml(false);

            assertThat(yaml).contains("""
                              task:
                                type: streamQ
                                input:
                                - 4
                                - 10
                                - 10
                                scale: 1.0
                                actions: 6
                                history: 1
                                discount: 0.99
                                lambda: 0.8
                                normaliseObservations: true
                                scaleRewards: true
                            """.indent(0));
            assertThat(yaml)
                    .contains("type: " + optimiser + "\n    learningRate: 1.0\n    kappa: 2.0\n"
                            + (optimiser.equals("obgd") ? "" : "    beta2: 0.999\n    epsilon: 1.0E-8\n"));
        }
    }

    @Test
    void shouldCompleteTheOtherTypesOfReinforcement() {
        String yaml = Texts.parse(
                        Texts.PLAYER,
                        "learners[0].task.head={type: c51}",
                        "learners[0].task.target={type: averaged}",
                        "learners[0].task.replay.sampling={type: prioritised}",
                        "learners[0].method={type: sn, layers: [-2]}")
                .effectiveYaml(false);

        assertThat(yaml)
                .contains(
                        "type: c51\n      atoms: 51\n      lowest: -10.0\n      highest: 10.0\n      doubleQ: false\n      dueling: false\n",
                        "type: averaged\n      rate: 0.005\n",
                        "type: prioritised\n        exponent: 0.6\n        importanceStart: 0.4\n        importanceEnd: 1.0\n"
                                + "        importanceUpdates: 1000000\n        minimum: 1.0E-6\n",
                        "type: sn\n    layers:\n    - -2\n    divisor: cap\n    lambda: 1.0\n    scheduler: none\n"
                                + "    gradientThroughSigma: false\n");
    }

    @Test
    void shouldCompleteALearnersOwnEnvironmentAndNameItsStreamAfterTheLearner() {
        String yaml = Texts.parse(Texts.OWN_PLAYER).effectiveYaml(false);

        assertThat(yaml).contains("""
                          streams:
                          - a
                          environment:
                            name: minatar/breakout
                            options: {}
                            actors: 1
                            seed: 0
                            epsilon:
                              start: 1.0
                              end: 0.01
                              warmUp: 5000
                              steps: 250000
                            changes: []
                            repeatChangesEvery: 0
                            steps: 100
                            maxLead: 0
                            policyEvery: 1
                        """.indent(0));
        assertThat(Texts.parse(yaml)).isEqualTo(Texts.parse(Texts.OWN_PLAYER));
    }

    @Test
    void shouldNameTheStreamOfALearnersOwnLabelsAsTheyDo() {
        Configuration configuration = Texts.parse(Texts.OWN_LABELS);

        assertThat(configuration.learners().get(0).streams()).containsExactly("t");
        assertThat(Texts.parse(configuration.effectiveYaml(false))).isEqualTo(configuration);
    }
}
