package perennial.jobs.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code perennial produce minatar}. */
@Command(
        name = "minatar",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a MinAtar game, the configuration's section environment, and publishes the transitions; actors choose actions",
            "with the policies that the learners publish. Started again after a kill, it goes on with the next record, without gap",
            "or repeat."
        },
        footer = {
            "",
            "Examples:",
            "  perennial produce minatar --config minatar.yaml",
            "  perennial produce minatar --config minatar.yaml --set environment.name=minatar/asterix"
        })
public final class ProduceMinAtarCommand implements Callable<Integer> {

    @Mixin
    private ActorOptions actorOptions;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return actorOptions.produce("minatar/", List.of(), spec);
    }
}
