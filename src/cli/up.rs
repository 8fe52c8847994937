//! `assistant up`: everything in one command and without an account anywhere: private services, schema, a demo user,
//! the server and the terminal phone.

use std::{io::IsTerminal, os::unix::fs::MetadataExt, path::PathBuf, time::Duration};

use anyhow::Context;
use sqlx::{ConnectOptions, Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    chat::{DEMO_NUMBER, Reach, converse, interrupted},
    server::Server,
    stopping::Stopping,
};
use crate::{
    clock,
    config::{self, Config, env},
    domain::PhoneNumber,
    embedded::{self, Place, Services, kept_secret, write_private},
    phone::{Phone, stdin_lines},
};

/// The assistant's own number here; 555-01xx numbers are set aside for examples.
const OWN_NUMBER: &str = "+15550100000";
/// Where someone lives whose system does not say.
const SOME_ZONE: &str = "America/New_York";

/// Serves, and is the phone, until standard input ends or a signal asks for the end. Returns the exit code.
pub async fn run() -> anyhow::Result<i32> {
    let mut stopping = Stopping::new()?;
    let place = Place::find()?;
    let mut services = tokio::select! {
        started = Services::start(place, true) => started?,
        stop = stopping.wished() => return Ok(interrupted(stop)),
    };
    let outcome = with_services(&mut services, &mut stopping).await;
    services.stop().await;
    outcome
}

async fn with_services(services: &mut Services, stopping: &mut Stopping) -> anyhow::Result<i32> {
    let start = async {
        let superuser: PgConnectOptions = services.database_url().parse()?;
        crate::db::migrate(&superuser).await?;
        make_demo_user(&superuser)
            .await
            .context("cannot make the demo user")?;
        let token = kept_secret(&services.home().join("auth_token"))?;
        let mut settings = settings(services, services.make_login().await?, &token);
        // sessions and sealed secrets outlive a restart
        for (key, file, also) in [
            ("auth.jwt_secret", "jwt_secret", "JWT_SECRET_KEY"),
            ("auth.sealing_key", "sealing_key", ""),
        ] {
            if env(&config::env_name(key)).is_none() && env(also).is_none() {
                settings.push((key, kept_secret(&services.home().join(file))?));
            }
        }
        // a wrong value is said by us, and before anything starts
        let config = Config::load_with(None, &settings)?;
        anyhow::Ok((Server::start(&settings).await?, config, token))
    };
    let (mut server, config, token) = tokio::select! {
        started = start => started?,
        stop = stopping.wished() => return Ok(interrupted(stop)),
    };
    let outcome = serve(&mut server, token, services, stopping).await;
    let patience = config.server.drain_seconds + 3.0;
    server.stop(Duration::from_secs_f64(patience)).await;
    outcome
}

/// What `up` decides itself. The rest (model, limits, quiet hours …) is as configured.
fn settings(services: &Services, database: String, token: &str) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("database.url", database),
        ("redis.url", services.redis_url()),
        // the terminal phone is the provider, whatever account is configured
        ("twilio.account_sid", String::new()),
        ("twilio.messaging_service_sid", String::new()),
        ("twilio.auth_token", token.to_owned()),
        ("twilio.auth_token_secondary", String::new()),
        ("twilio.signature", "auth_token".to_owned()),
        ("twilio.from", OWN_NUMBER.to_owned()),
        ("twilio.receive", "webhook".to_owned()),
        // it answers no STOP of its own
        ("twilio.keywords", "ours".to_owned()),
        ("twilio.segments_per_second", "1000".to_owned()),
        // its list is a table beside ours: what it does not show after this was not taken
        ("limits.settle_seconds", "3".to_owned()),
        ("server.public_url", String::new()),
    ];
    if config::brings_a_model() {
        settings.push(("model.provider", "openai".to_owned()));
    }
    if env("ASSISTANT_SERVER__LISTEN").is_none() {
        settings.push(("server.listen", "127.0.0.1:0".to_owned()));
    }
    // a person reads what it says: warnings and errors that someone should know of
    if env("ASSISTANT_OPS__LOG").is_none() {
        settings.push(("ops.log", "error".to_owned()));
    }
    settings
}

async fn serve(
    server: &mut Server,
    token: String,
    services: &mut Services,
    stopping: &mut Stopping,
) -> anyhow::Result<i32> {
    let mut reach = Reach {
        url: server.url.clone(),
        auth_token: token,
        own_number: OWN_NUMBER.to_owned(),
        server: server.pid(),
    };
    let told = Told::write(&reach)?;
    eprintln!("ready {}", server.url);
    let connection = reach.clone().into();
    let talk = async {
        if is_null_device() {
            let program = std::env::current_exe().unwrap_or_else(|_| "assistant".into());
            eprintln!("To text it: {} chat", program.display());
            std::future::pending::<()>().await;
        }
        let number = PhoneNumber::parse(DEMO_NUMBER).expect("the demo number is a phone number");
        let mut phone = Phone::connect(connection, number).await?;
        let mut lines = stdin_lines();
        converse(&mut phone, &mut lines).await
    };
    let keep = async {
        loop {
            let status = server.ended().await;
            eprintln!("the server has ended ({status}) and is started again");
            reach.server = None;
            told.again(&reach);
            server.start_again().await;
            reach.server = server.pid();
            told.again(&reach);
            eprintln!("ready {}", server.url);
        }
    };
    tokio::select! {
        never = keep => never,
        talked = talk => talked.map(|()| 0).map_err(Into::into),
        fallen = services.failure() => anyhow::bail!("{fallen} has ended by itself; its log is in {}", services.home().display()),
        stop = stopping.wished() => {
            // serving until stopped is what was asked for
            Ok(if is_null_device() { 0 } else { interrupted(stop) })
        }
    }
}

/// `.local/up.json`, there for as long as we serve.
struct Told(PathBuf);

impl Told {
    fn write(reach: &Reach) -> anyhow::Result<Self> {
        let told = Self(embedded::local()?.join(Reach::FILE));
        told.put(reach)?;
        Ok(told)
    }

    /// The same after a restart. A phone that reads the old one finds the server gone, and asks again.
    fn again(&self, reach: &Reach) {
        if let Err(error) = self.put(reach) {
            eprintln!("{} cannot be written: {error:#}", self.0.display());
        }
    }

    fn put(&self, reach: &Reach) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(reach)?;
        Ok(write_private(&self.0, &format!("{text}\n"), None)?)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Whether standard input is /dev/null. A closed one is too: Rust opens the null device in its place before `main`.
fn is_null_device() -> bool {
    let Ok(null) = std::fs::metadata("/dev/null") else {
        return false;
    };
    !std::io::stdin().is_terminal()
        && rustix::fs::fstat(std::io::stdin())
            .is_ok_and(|found| found.st_rdev == null.rdev() && found.st_mode == null.mode())
}

/// A user whose verified number is the phone's, at the time of the system. The second start finds the first one's.
async fn make_demo_user(superuser: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection: PgConnection = superuser.connect().await?;
    let mut tx = connection.begin().await?;
    let found: Option<Uuid> = sqlx::query_scalar("select public.find_user($1)")
        .bind(DEMO_NUMBER)
        .fetch_one(&mut *tx)
        .await?;
    // a phone may have turned the clock the last time
    sqlx::query("delete from public.terminal_clock")
        .execute(&mut *tx)
        .await?;
    if found.is_none() {
        let user = clock::new_id();
        sqlx::query("select public.create_user($1, 'Demo', null, $2)")
            .bind(user)
            .bind(system_zone())
            .execute(&mut *tx)
            .await?;
        sqlx::query("select public.link_phone($1, $2, $3, true)")
            .bind(clock::new_id())
            .bind(user)
            .bind(DEMO_NUMBER)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    connection.close().await
}

/// The IANA name of the system's zone, when it has one that the zone database knows.
fn system_zone() -> String {
    let zone = jiff::tz::TimeZone::try_system().ok();
    let name = zone.as_ref().and_then(|zone| zone.iana_name());
    name.filter(|name| jiff::tz::TimeZone::get(name).is_ok() && *name != "Etc/Unknown")
        .unwrap_or(SOME_ZONE)
        .to_owned()
}
