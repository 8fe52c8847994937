//! The servers beneath: PostgreSQL killed, PostgreSQL without space, Redis flushed and away.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use sqlx::{Connection, PgConnection};

use super::{calm, judge, text_during};
use crate::{
    embedded::{Place, Services},
    prove::{
        check::Verdict,
        door::Door,
        load::Habits,
        seeded::Seeded,
        world::{Ground, World},
    },
    sim::twilio::Callbacks,
};

/// Kills PostgreSQL under load and starts it again after a while, so often; no process of ours is restarted.
pub async fn postgres_dies(ground: &Ground, seed: u64, rounds: usize) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let mut services = Services::start(Place::find()?, false).await?;
    let ground = Ground {
        database_url: services.database_url(),
        ..ground.clone()
    };
    let world = World::new(&ground, seeded.bits(), 16, Callbacks::Once).await?;
    let fsync: String = sqlx::query_scalar("show fsync")
        .fetch_one(&world.admin)
        .await?;
    anyhow::ensure!(fsync == "on", "fsync is {fsync}: nothing would be proved");
    let _replicas = (calm(&world).await?, calm(&world).await?);
    let mut moments = seeded.fork();
    let dying = async {
        for round in 0..rounds {
            tokio::time::sleep(moments.millis(800, 2500)).await;
            if round % 3 == 2 {
                // an operator ends every session of the daemon
                sqlx::query(
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'assistant'",
                )
                .execute(&world.admin)
                .await?;
            } else {
                services.crash_postgres();
                tokio::time::sleep(moments.millis(100, 2500)).await;
                services.revive_postgres().await?;
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(())
    };
    let (said, answers, ()) = text_during(&world, &mut seeded, Habits::default(), dying).await?;
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.count("losses of PostgreSQL", rounds);
    world.admin.close().await;
    services.stop().await;
    Ok(verdict)
}

/// Fills the disk of a PostgreSQL of its own under load, then makes room. `None` with the reason when this machine lets us
/// make no small disk.
pub async fn disk_full(
    ground: &Ground,
    seed: u64,
    lasting: Duration,
) -> anyhow::Result<Result<Verdict, String>> {
    let disk = match Disk::new("192m").await {
        Ok(disk) => disk,
        Err(reason) => return Ok(Err(reason)),
    };
    let place = Place {
        var: disk.folder.clone(),
        ..Place::find()?
    };
    let mut services = Services::start(place, false).await?;
    let ground = Ground {
        database_url: services.database_url(),
        ..ground.clone()
    };
    let mut seeded = Seeded::new(seed);
    let world = World::new(&ground, seeded.bits(), 16, Callbacks::Once).await?;
    let replicas = (calm(&world).await?, calm(&world).await?);
    let filling = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        disk.fill()?;
        let url = world.database_url.clone();
        let until = tokio::time::Instant::now() + lasting;
        let mut refused = 0;
        while tokio::time::Instant::now() < until {
            // grows what there still is room for, until writing fails for everybody
            if let Ok(mut connection) = PgConnection::connect(&url).await {
                let eaten = "create table if not exists ballast as select repeat('x', 1000) as x from generate_series(1, 20000)";
                refused +=
                    usize::from(sqlx::raw_sql(eaten).execute(&mut connection).await.is_err());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        disk.free()?;
        // without room for its log PostgreSQL panics, and cannot even recover: whoever watches over it starts it again
        let fallen = tokio::time::timeout(Duration::from_millis(100), services.failure()).await;
        if fallen.is_ok() {
            services.crash_postgres();
            services.revive_postgres().await?;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(refused)
    };
    let mut load = Seeded::new(seed ^ 1);
    let (said, answers, refused) =
        text_during(&world, &mut load, Habits::default(), filling).await?;
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.count("writes refused for want of space", refused);
    let (mut first, mut second) = replicas;
    for replica in [&mut first, &mut second] {
        let (_, status) = replica.stop().await?;
        verdict.demand(status.success(), || {
            format!("a replica did not live through a full disk: {status}")
        });
    }
    world.admin.close().await;
    services.stop().await;
    Ok(Ok(verdict))
}

/// Flushes Redis and takes it away and back, under load.
pub async fn redis_goes(ground: &Ground, seed: u64, rounds: usize) -> anyhow::Result<Verdict> {
    let mut seeded = Seeded::new(seed);
    let door = Door::open().await?;
    let mut through = url::Url::parse(&ground.redis_url).context("REDIS_URL")?;
    let port = through.port().unwrap_or(6379);
    let real = tokio::net::lookup_host((through.host_str().unwrap_or("127.0.0.1"), port))
        .await?
        .next();
    let real = real.context("REDIS_URL leads nowhere")?;
    door.add(real);
    // the URL keeps its password; only the way there changes
    through.set_host(Some("127.0.0.1")).context("REDIS_URL")?;
    through
        .set_port(Some(door.address.port()))
        .map_err(|()| anyhow::anyhow!("REDIS_URL takes no port"))?;
    let client = redis::Client::open(ground.redis_url.as_str())?;
    let ground = Ground {
        redis_url: through.to_string(),
        ..ground.clone()
    };
    let world = World::new(&ground, seeded.bits(), 12, Callbacks::Once).await?;
    let _replica = calm(&world).await?;
    let mut moments = seeded.fork();
    let going = async {
        for _ in 0..rounds {
            tokio::time::sleep(moments.millis(300, 900)).await;
            let mut connection = client.get_multiplexed_async_connection().await?;
            redis::cmd("FLUSHALL").exec_async(&mut connection).await?;
            door.shut();
            tokio::time::sleep(moments.millis(300, 1500)).await;
            door.add(real);
        }
        Ok(())
    };
    let (said, answers, ()) = text_during(&world, &mut seeded, Habits::default(), going).await?;
    let mut verdict = judge(&world, &said, &answers).await?;
    verdict.count("losses of Redis", rounds);
    let unavailable = answers
        .unavailable
        .load(std::sync::atomic::Ordering::Relaxed);
    verdict.demand(unavailable == 0, || {
        format!("{unavailable} webhooks were answered 503 for want of Redis")
    });
    Ok(verdict)
}

/// A small disk in memory; unmounted when dropped.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    async fn new(size: &str) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!(
            "assistant-disk-{:016x}",
            u64::from_le_bytes(crate::clock::random_bytes())
        ));
        std::fs::create_dir(&folder).map_err(|error| error.to_string())?;
        let made = tokio::process::Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={size},mode=0755"),
                "tmpfs",
            ])
            .arg(&folder)
            .output()
            .await;
        match made {
            Ok(output) if output.status.success() => Ok(Self { folder }),
            other => {
                drop(std::fs::remove_dir(&folder));
                Err(match other {
                    Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                    Err(error) => error.to_string(),
                })
            }
        }
    }

    /// Writes until there is no room.
    fn fill(&self) -> std::io::Result<()> {
        use std::io::Write;
        let mut file = std::fs::File::create(self.folder.join("ballast"))?;
        let block = vec![1u8; 64 * 1024];
        while file.write_all(&block).is_ok() {}
        Ok(())
    }

    fn free(&self) -> std::io::Result<()> {
        std::fs::remove_file(self.folder.join("ballast"))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.folder)
            .status();
        drop(unmounted);
        drop(std::fs::remove_dir(&self.folder));
    }
}
