package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import perennial.jobs.bench.DemoStart;
import perennial.jobs.results.LiveTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code perennial bench start}. */
@Command(
        name = "start",
        description =
                "Measures the time from the start of a demo's process to the first report of a learner that it shows.",
        mixinStandardHelpOptions = true)
final class BenchStartCommand implements Runnable {

    @Mixin
    private BenchRounds rounds;

    @Override
    public void run() {
        List<Double> seconds = new ArrayList<>();
        int count = rounds.count();
        for (int round = 0; round < count; round++) {
            seconds.add(DemoStart.seconds(Perennial.class, LiveTable.FIRST_REPORT));
        }
        TextTable table = new TextTable("seconds to the demo's first report (least, greatest)");
        table.add(Figures.spread(seconds));
        rounds.print(table);
    }
}
